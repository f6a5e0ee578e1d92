-- How many calls were placed, answered, connected and abandoned, minute by minute?
CREATE OR REPLACE MACRO kpi_over_time(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    time_bucket(INTERVAL 1 MINUTE, a.intended_at) AS minute,
    count(*) FILTER (WHERE a.placed) AS placed,
    count(*) FILTER (WHERE a.answered) AS answered,
    count(*) FILTER (WHERE a.connected) AS connected,
    count(*) FILTER (WHERE a.abandoned) AS abandoned
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
GROUP BY a.source, a.campaign, minute
ORDER BY a.campaign, minute;
