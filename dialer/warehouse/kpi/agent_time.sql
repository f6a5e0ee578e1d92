-- How did the agents spend their time, state by state? (intervals cut to the period)
CREATE OR REPLACE MACRO kpi_agent_time(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool, t.agent, t.state,
    sum(seconds_between(greatest(t.from_at, since), least(t.to_at, until))) AS in_state_s,
    any_value(t.handling) AS handling, any_value(t.free) AS free, any_value(t.present) AS present
FROM v_agent_time t
WHERE t.to_at > since AND t.from_at < until
  AND (of_pool IS NULL OR t.pool = of_pool)
GROUP BY t.source, t.pool, t.agent, t.state
ORDER BY t.pool, t.agent, t.state;
