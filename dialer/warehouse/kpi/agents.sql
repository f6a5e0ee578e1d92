-- What did each agent do: calls, talk, wrap-up, ready, breaks, and the average handling time?
CREATE OR REPLACE MACRO kpi_agents(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
WITH taken AS (
    SELECT l.source, l.pool, l.agent, count(*) AS calls
    FROM v_legs l
    WHERE l.bridged_at >= since AND l.bridged_at < until AND (of_pool IS NULL OR l.pool = of_pool)
    GROUP BY l.source, l.pool, l.agent
)
SELECT
    t.source, t.pool, t.agent,
    coalesce(any_value(c.calls), 0) AS calls,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.state IN ('TALKING', 'CONSULTING')), 0) AS talk_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'HELD'), 0) AS hold_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'WRAP_UP'), 0) AS wrap_up_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.free), 0) AS ready_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'PAUSED'), 0) AS paused_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.present), 0) AS logged_in_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0) / nullif(any_value(c.calls), 0) AS handling_mean_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0)
        / nullif(sum(t.in_state_s) FILTER (WHERE t.handling OR t.free), 0) AS occupancy_rate
FROM kpi_agent_time(since, until, of_pool) t
LEFT JOIN taken c ON c.source = t.source AND c.pool = t.pool AND c.agent = t.agent
GROUP BY t.source, t.pool, t.agent
ORDER BY t.pool, t.agent;
