-- What did each agent do: calls, talk, wrap-up, ready, breaks, and the average handling time?
CREATE OR REPLACE MACRO kpi_agents(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
WITH taken AS (
    SELECT l.source, l.pool, l.agent, count(*) AS calls
    FROM v_legs l
    WHERE l.bridged_at >= since AND l.bridged_at < until AND (of_pool IS NULL OR l.pool = of_pool)
    GROUP BY l.source, l.pool, l.agent
),
handed AS (
    SELECT o.source, o.pool, o.handed_by AS agent, count(*) AS calls
    FROM v_outside o
    WHERE o.bridged_at >= since AND o.bridged_at < until AND (of_pool IS NULL OR o.pool = of_pool)
    GROUP BY o.source, o.pool, o.handed_by
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
        / nullif(sum(t.in_state_s) FILTER (WHERE t.handling OR t.free), 0) AS occupancy_rate,
    coalesce(any_value(h.calls), 0) AS handed_outside
FROM kpi_agent_time(since, until, of_pool) t
LEFT JOIN taken c ON c.source = t.source AND c.pool = t.pool AND c.agent = t.agent
LEFT JOIN handed h ON h.source = t.source AND h.pool = t.pool AND h.agent = t.agent
GROUP BY t.source, t.pool, t.agent
ORDER BY t.pool, t.agent;
