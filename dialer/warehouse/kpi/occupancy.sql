-- How busy were the agents while they wanted calls? (talk + hold + wrap-up) / (that + ready), breaks excluded
CREATE OR REPLACE MACRO kpi_occupancy(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool,
    count(DISTINCT t.agent) AS agents,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0) AS handling_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.free), 0) AS ready_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0)
        / nullif(sum(t.in_state_s) FILTER (WHERE t.handling OR t.free), 0) AS occupancy_rate
FROM kpi_agent_time(since, until, of_pool) t
GROUP BY GROUPING SETS ((t.source, t.pool), (t.source))
ORDER BY t.pool NULLS LAST;
