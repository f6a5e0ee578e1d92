-- How many of the people who answered could speak with an agent?
CREATE OR REPLACE MACRO kpi_connected(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    count(*) FILTER (WHERE a.connected) AS connected,
    count(*) FILTER (WHERE a.person) AS persons,
    count(*) FILTER (WHERE a.connected) / nullif(count(*) FILTER (WHERE a.person), 0) AS connect_rate
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
