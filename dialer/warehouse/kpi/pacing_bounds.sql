-- What bound the pacing, and how often?
CREATE OR REPLACE MACRO kpi_pacing_bounds(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    p.source, p.campaign, p.bound,
    count(*) AS decisions,
    sum(p.n)::BIGINT AS calls,
    count(*) / sum(count(*)) OVER (PARTITION BY p.source, p.campaign) AS share_rate
FROM v_pacing p
WHERE p.decided_at >= since AND p.decided_at < until
  AND (of_campaign IS NULL OR p.campaign = of_campaign)
GROUP BY p.source, p.campaign, p.bound
ORDER BY p.campaign, decisions DESC, p.bound;
