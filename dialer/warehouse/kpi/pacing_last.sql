-- What did pacing decide last for each campaign, and why?
CREATE OR REPLACE MACRO kpi_pacing_last(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
WITH last AS (
    SELECT p.source, p.campaign, max(p.seq) AS seq
    FROM pacing_decisions p
    WHERE p.decided_at >= since AND p.decided_at < until
      AND (of_campaign IS NULL OR p.campaign = of_campaign)
    GROUP BY p.source, p.campaign
)
SELECT p.*
FROM v_pacing p
JOIN last l ON l.seq = p.seq AND l.source = p.source AND l.campaign = p.campaign
ORDER BY p.campaign;
