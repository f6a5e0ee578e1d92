-- What did pacing decide last for each campaign, and why?
CREATE OR REPLACE MACRO kpi_pacing_last(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT p.*
FROM v_pacing p
WHERE p.decided_at >= since AND p.decided_at < until
  AND (of_campaign IS NULL OR p.campaign = of_campaign)
QUALIFY row_number() OVER (PARTITION BY p.source, p.campaign ORDER BY p.seq DESC) = 1
ORDER BY p.campaign;
