-- Who called us: how many came, how many an agent took, how many heard the message, gave up, opted out?
CREATE OR REPLACE MACRO kpi_callers(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    c.source, c.campaign,
    count(*) AS came,
    count(*) FILTER (WHERE c.taken) AS taken,
    count(*) FILTER (WHERE c.told) AS told,
    count(*) FILTER (WHERE NOT c.taken AND NOT c.told) AS gave_up,
    count(*) FILTER (WHERE c.opted_out) AS opted_out,
    count(*) FILTER (WHERE c.taken) / count(*) AS taken_rate,
    avg(c.wait_s) FILTER (WHERE c.taken) AS wait_mean_s
FROM v_callers c
WHERE c.came_at >= since AND c.came_at < until
  AND (of_campaign IS NULL OR c.campaign = of_campaign)
GROUP BY c.source, c.campaign
ORDER BY c.source, c.campaign;
