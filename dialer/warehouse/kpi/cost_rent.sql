-- What did trunks and numbers cost by the month, campaign by campaign? (days of the period, shared by line time)
CREATE OR REPLACE MACRO kpi_cost_rent(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
WITH used AS (
    SELECT a.source, a.campaign, a.day, a.trunk, a.caller_id, a.line_s
    FROM v_attempts a
    WHERE a.placed AND a.intended_at >= since AND a.intended_at < until
),
span AS (
    SELECT
        u.source,
        unnest(generate_series(min(u.day), max(u.day), INTERVAL 1 DAY)) AS day
    FROM used u
    GROUP BY u.source
),
due AS (
    SELECT
        s.source, c.kind, c.whose, c.currency,
        sum(c.amount / date_part('day', last_day(s.day))) AS amount
    FROM span s
    JOIN v_charges c ON c.kind IN ('trunk', 'number')
        AND CAST(s.day AS DATE) >= c.since_day AND CAST(s.day AS DATE) < c.until_day
    GROUP BY s.source, c.kind, c.whose, c.currency
),
worked AS (
    SELECT
        u.source, n.kind, n.whose, u.campaign,
        sum(u.line_s) / sum(sum(u.line_s)) OVER (PARTITION BY u.source, n.kind, n.whose) AS share
    FROM used u, LATERAL (VALUES ('trunk', u.trunk), ('number', u.caller_id)) AS n(kind, whose)
    WHERE u.line_s > 0
    GROUP BY u.source, n.kind, n.whose, u.campaign
)
SELECT
    d.source, w.campaign, d.currency,
    CAST(round(sum(d.amount * coalesce(w.share, 1)), 6) AS DECIMAL(18, 6)) AS rent_amount
FROM due d
LEFT JOIN worked w ON w.source = d.source AND w.kind = d.kind AND w.whose = d.whose
WHERE of_campaign IS NULL OR w.campaign = of_campaign
GROUP BY d.source, w.campaign, d.currency
ORDER BY w.campaign NULLS LAST, d.currency;
