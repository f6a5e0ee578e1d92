-- What did each campaign cost, and what an attempt, a minute, an answer, a contact, a sale? (telecom only, and with agents)
CREATE OR REPLACE MACRO kpi_cost(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL,
    in_currency := NULL
) AS TABLE
WITH calls AS MATERIALIZED (
    SELECT
        c.source, c.campaign, c.currency, c.unrated, c.answered, c.connected, c.sold,
        sum(c.calls) AS calls, sum(c.charged_s) AS charged_s, sum(c.amount) AS amount
    FROM costed(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
    GROUP BY ALL
),
counted AS (
    SELECT
        c.source, c.campaign,
        sum(c.calls)::BIGINT AS attempts,
        sum(c.charged_s) / 60 AS minutes,
        total(c.calls, c.answered) AS answered,
        total(c.calls, c.connected) AS contacts,
        total(c.calls, c.sold) AS sales,
        total(c.calls, c.unrated) AS unrated
    FROM calls c
    GROUP BY c.source, c.campaign
),
amounts AS (
    SELECT c.source, c.campaign, c.currency, in_sum(c.amount) AS calls_amount, 0 AS rent_amount, 0 AS labour_amount
    FROM calls c WHERE NOT c.unrated
    GROUP BY c.source, c.campaign, c.currency
    HAVING sum(c.calls) > 0
    UNION ALL
    SELECT r.source, r.campaign, r.currency, 0, r.rent_amount, 0
    FROM kpi_cost_rent(since := since, until := until, of_campaign := of_campaign, together := together,
        in_currency := in_currency) r
    UNION ALL
    SELECT l.source, l.campaign, l.currency, 0, 0, l.labour_amount
    FROM kpi_cost_labour(since := since, until := until, of_campaign := of_campaign, together := together,
        in_currency := in_currency) l
),
summed AS (
    SELECT
        a.source, a.campaign, a.currency,
        sum(a.calls_amount) AS calls_amount,
        sum(a.rent_amount) AS rent_amount,
        sum(a.labour_amount) AS labour_amount,
        sum(a.calls_amount) + sum(a.rent_amount) AS telecom_amount,
        sum(a.calls_amount) + sum(a.rent_amount) + sum(a.labour_amount) AS full_amount
    FROM amounts a
    GROUP BY a.source, a.campaign, a.currency
)
SELECT
    coalesce(c.source, s.source) AS source, coalesce(c.campaign, s.campaign) AS campaign, s.currency,
    coalesce(c.attempts, 0) AS attempts, coalesce(c.minutes, 0) AS minutes,
    coalesce(c.answered, 0) AS answered, coalesce(c.contacts, 0) AS contacts,
    coalesce(c.sales, 0) AS sales, coalesce(c.unrated, 0) AS unrated,
    s.calls_amount, s.rent_amount, s.labour_amount, s.telecom_amount, s.full_amount,
    s.telecom_amount / nullif(c.attempts, 0) AS telecom_per_attempt,
    s.telecom_amount / nullif(c.minutes, 0) AS telecom_per_minute,
    s.telecom_amount / nullif(c.answered, 0) AS telecom_per_answer,
    s.telecom_amount / nullif(c.contacts, 0) AS telecom_per_contact,
    s.telecom_amount / nullif(c.sales, 0) AS telecom_per_sale,
    s.full_amount / nullif(c.attempts, 0) AS full_per_attempt,
    s.full_amount / nullif(c.minutes, 0) AS full_per_minute,
    s.full_amount / nullif(c.answered, 0) AS full_per_answer,
    s.full_amount / nullif(c.contacts, 0) AS full_per_contact,
    s.full_amount / nullif(c.sales, 0) AS full_per_sale
FROM counted c
FULL JOIN summed s ON s.source = c.source AND s.campaign = c.campaign
ORDER BY campaign NULLS LAST, s.currency;
