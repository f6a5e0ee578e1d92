-- What did the calls to each list cost, and what a contact and a sale from it?
CREATE OR REPLACE MACRO kpi_cost_lists(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL,
    in_currency := NULL
) AS TABLE
WITH calls AS MATERIALIZED (
    SELECT
        c.source, c.list, c.currency, c.unrated, c.connected, c.sold,
        sum(c.calls) AS calls, sum(c.amount) AS amount
    FROM costed(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
    GROUP BY ALL
),
counted AS (
    SELECT
        c.source, c.list,
        sum(c.calls)::BIGINT AS attempts,
        total(c.calls, c.connected) AS contacts,
        total(c.calls, c.sold) AS sales
    FROM calls c
    GROUP BY c.source, c.list
),
amounts AS (
    SELECT c.source, c.list, c.currency, in_sum(c.amount) AS calls_amount
    FROM calls c
    WHERE NOT c.unrated
    GROUP BY c.source, c.list, c.currency
    HAVING sum(c.calls) > 0
)
SELECT
    c.source, c.list, a.currency, c.attempts, c.contacts, c.sales, a.calls_amount,
    a.calls_amount / nullif(c.attempts, 0) AS per_attempt,
    a.calls_amount / nullif(c.contacts, 0) AS per_contact,
    a.calls_amount / nullif(c.sales, 0) AS per_sale
FROM counted c
LEFT JOIN amounts a ON a.source = c.source AND a.list = c.list
ORDER BY c.list, a.currency;
