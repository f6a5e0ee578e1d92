-- What did the calls of each day cost?
CREATE OR REPLACE MACRO kpi_cost_days(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL,
    in_currency := NULL
) AS TABLE
WITH slots AS (
    SELECT
        c.source, c.campaign, c.own_campaign, c.slot, c.currency,
        sum(c.calls) AS attempts, sum(c.charged_s) AS charged_s,
        sum(c.calls) FILTER (WHERE c.connected) AS contacts, sum(c.calls) FILTER (WHERE c.sold) AS sales,
        sum(c.amount) FILTER (WHERE NOT c.unrated) AS amount
    FROM costed(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
    GROUP BY ALL
)
SELECT
    s.source, s.campaign, CAST(slot_at(s.slot) AT TIME ZONE coalesce(v.zone, 'UTC') AS DATE) AS day, s.currency,
    sum(s.attempts)::BIGINT AS attempts,
    sum(s.charged_s) / 60 AS minutes,
    coalesce(sum(s.contacts), 0)::BIGINT AS contacts,
    coalesce(sum(s.sales), 0)::BIGINT AS sales,
    in_sum(s.amount) AS calls_amount
FROM slots s
LEFT JOIN v_campaigns v ON v.campaign = s.own_campaign
GROUP BY s.source, s.campaign, day, s.currency
HAVING sum(s.attempts) > 0
ORDER BY s.campaign, day, s.currency NULLS LAST;
