-- By which rates of exchange were amounts turned into a currency, and which amounts were not?
CREATE OR REPLACE MACRO kpi_exchange(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL, in_currency := NULL
) AS TABLE
WITH lived AS (
    SELECT n.source, n.slot FROM rolled_numbers(since, until) n
    UNION ALL
    SELECT t.source, t.slot FROM timed(since, until, NULL) t
),
days AS (
    SELECT
        l.source,
        min(CAST(slot_at(l.first) AT TIME ZONE v.zone AS DATE)) AS first_day,
        max(CAST(slot_at(l.last) AT TIME ZONE v.zone AS DATE)) AS last_day
    FROM (SELECT s.source, min(s.slot) AS first, max(s.slot) AS last FROM lived s GROUP BY s.source) l
    JOIN v_campaigns v ON asked(v.campaign, of_campaign, together)
    GROUP BY l.source
),
used AS (
    SELECT
        c.source, c.own_currency AS currency, c.rate, c.rate_day, c.rate_origin, c.rate_turned,
        c.own_amount AS calls_amount
    FROM costed(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
    WHERE NOT c.unrated
    UNION ALL
    -- Of what is paid by the month and by the hour: every rate that was in force on a day that there was work.
    SELECT DISTINCT d.source, c.currency, x.rate, x.since_day, x.origin, x.turned, 0
    FROM days d, v_charges c
    LEFT JOIN v_exchange x ON x.base = c.currency AND x.quote = in_currency
        AND x.since_day <= d.last_day AND x.until_day > d.first_day
)
SELECT
    u.source, u.currency, in_currency::VARCHAR AS into_currency, u.rate, u.rate_day, u.rate_origin, u.rate_turned,
    in_sum(u.calls_amount) AS calls_amount, in_sum(u.calls_amount * u.rate) AS into_amount
FROM used u
WHERE in_currency IS NOT NULL AND u.currency <> in_currency
GROUP BY ALL
ORDER BY u.currency, u.rate_day;
