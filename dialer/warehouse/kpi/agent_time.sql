-- How did the agents spend their time, state by state? (intervals cut to the period)
CREATE OR REPLACE MACRO kpi_agent_time(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool, t.agent, t.state,
    sum(t.in_state_us) / 1e6 AS in_state_s,
    any_value(t.handling) AS handling, any_value(t.free) AS free, any_value(t.present) AS present
FROM timed(since, until, of_pool) t
GROUP BY t.source, t.pool, t.agent, t.state
ORDER BY t.pool, t.agent, t.state;
