-- What did the calls to each list cost, and what a contact and a sale from it?
CREATE OR REPLACE MACRO kpi_cost_lists(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity'
) AS TABLE
WITH counted AS (
    SELECT
        p.source, p.list,
        count(*) AS attempts,
        count(*) FILTER (WHERE p.connected) AS contacts,
        count(*) FILTER (WHERE p.sold) AS sales
    FROM priced(since, until, as_of) p
    WHERE of_campaign IS NULL OR p.campaign = of_campaign
    GROUP BY p.source, p.list
),
amounts AS (
    SELECT p.source, p.list, p.currency, sum(p.amount) AS calls_amount
    FROM priced(since, until, as_of) p
    WHERE p.amount IS NOT NULL AND (of_campaign IS NULL OR p.campaign = of_campaign)
    GROUP BY p.source, p.list, p.currency
)
SELECT
    c.source, c.list, a.currency, c.attempts, c.contacts, c.sales, a.calls_amount,
    a.calls_amount / nullif(c.attempts, 0) AS per_attempt,
    a.calls_amount / nullif(c.contacts, 0) AS per_contact,
    a.calls_amount / nullif(c.sales, 0) AS per_sale
FROM counted c
LEFT JOIN amounts a ON a.source = c.source AND a.list = c.list
ORDER BY c.list, a.currency;
