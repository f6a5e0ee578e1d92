-- How much load did the lines carry, hour by hour? (erlang: seconds in use per second; of calls that were placed in that hour)
CREATE OR REPLACE MACRO kpi_lines_load(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_trunk := NULL, together := NULL
) AS TABLE
SELECT
    c.source, c.trunk,
    time_bucket(INTERVAL 1 HOUR, slot_at(c.slot)) AS hour,
    sum(c.calls)::BIGINT AS placed,
    total(c.calls, o.carrier) AS refused,
    total(c.calls, o.carrier) / sum(c.calls) AS refused_rate,
    sum(c.line_us) / 3600e6 AS load_erlang,
    total(c.calls, o.person) AS persons,
    sum(c.talk_us) / nullif(total(c.calls, o.connected), 0) / 1e6 AS talk_mean_s
FROM rolled_calls(since, until) c
LEFT JOIN outcomes o ON o.outcome = c.outcome
WHERE c.placed AND asked(c.campaign, of_campaign, together) AND (of_trunk IS NULL OR c.trunk = of_trunk)
GROUP BY c.source, c.trunk, hour
ORDER BY c.trunk, hour;
