-- How much load did the lines carry, hour by hour? (erlang: seconds in use per second; of calls that were placed in that hour)
CREATE OR REPLACE MACRO kpi_lines_load(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_trunk := NULL
) AS TABLE
SELECT
    a.source, a.trunk,
    time_bucket(INTERVAL 1 HOUR, a.placed_at) AS hour,
    count(*) AS placed,
    count(*) FILTER (WHERE a.carrier_failed) AS refused,
    count(*) FILTER (WHERE a.carrier_failed) / count(*) AS refused_rate,
    sum(a.line_s) / 3600 AS load_erlang,
    count(*) FILTER (WHERE a.person) AS persons,
    sum(a.talk_s) FILTER (WHERE a.connected) / nullif(count(*) FILTER (WHERE a.connected), 0) AS talk_mean_s
FROM v_every_call a
WHERE a.placed AND a.placed_at >= since AND a.placed_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
  AND (of_trunk IS NULL OR a.trunk = of_trunk)
GROUP BY a.source, a.trunk, hour
ORDER BY a.trunk, hour;
