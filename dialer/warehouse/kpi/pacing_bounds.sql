-- What bound the pacing, and how often?
CREATE OR REPLACE MACRO kpi_pacing_bounds(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
WITH bounds AS (
    SELECT
        p.source, called(p.campaign, together) AS campaign, p.bound,
        count(*) AS decisions, sum(p.n)::BIGINT AS calls
    FROM v_pacing p
    WHERE p.decided_at >= since AND p.decided_at < until AND asked(p.campaign, of_campaign, together)
    GROUP BY ALL
)
SELECT
    b.*, b.decisions / sum(b.decisions) OVER (PARTITION BY b.source, b.campaign) AS share_rate
FROM bounds b
ORDER BY b.campaign, b.decisions DESC, b.bound;
