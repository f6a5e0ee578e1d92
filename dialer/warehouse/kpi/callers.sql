-- Who called us: how many came, how many an agent took, how many heard the message, gave up, opted out?
CREATE OR REPLACE MACRO kpi_callers(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
SELECT
    c.source, called(c.campaign, together) AS campaign,
    count(*) AS came,
    count(*) FILTER (WHERE c.taken) AS taken,
    count(*) FILTER (WHERE c.told) AS told,
    count(*) FILTER (WHERE NOT c.taken AND NOT c.told) AS gave_up,
    count(*) FILTER (WHERE c.opted_out) AS opted_out,
    count(*) FILTER (WHERE c.taken) / count(*) AS taken_rate,
    avg(c.wait_s) FILTER (WHERE c.taken) AS wait_mean_s
FROM v_callers c
WHERE c.came_at >= since AND c.came_at < until
  AND asked(c.campaign, of_campaign, together)
GROUP BY ALL
ORDER BY 1, 2;
