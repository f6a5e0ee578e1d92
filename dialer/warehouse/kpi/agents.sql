-- What did each agent do: calls, contacts an hour, sales, talk, wrap-up, ready, breaks, handling time, how busy?
CREATE OR REPLACE MACRO kpi_agents(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
WITH taken AS (
    SELECT
        l.source, l.pool, l.agent,
        total(l.calls, NOT l.outside) AS calls, total(l.calls, l.outside) AS handed
    FROM rolled_legs(since, until) l
    WHERE of_pool IS NULL OR l.pool = of_pool
    GROUP BY l.source, l.pool, l.agent
),
sold AS (
    SELECT w.source, w.pool, w.agent, sum(w.calls)::BIGINT AS sales
    FROM rolled_words(since, until) w
    WHERE w.disposition = 'sale' AND (of_pool IS NULL OR w.pool = of_pool)
    GROUP BY w.source, w.pool, w.agent
),
spent AS (
    SELECT
        t.source, t.pool, t.agent,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.state IN ('TALKING', 'CONSULTING')), 0) AS talk_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'HELD'), 0) AS hold_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'WRAP_UP'), 0) AS wrap_up_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.free), 0) AS ready_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.state = 'PAUSED'), 0) AS paused_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.present), 0) AS logged_in_s,
        coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0) AS handling_s
    FROM kpi_agent_time(since, until, of_pool) t
    GROUP BY t.source, t.pool, t.agent
)
SELECT
    s.source, s.pool, s.agent,
    coalesce(c.calls, 0) AS calls,
    coalesce(d.sales, 0) AS sales,
    s.talk_s, s.hold_s, s.wrap_up_s, s.ready_s, s.paused_s, s.logged_in_s,
    s.handling_s / nullif(c.calls, 0) AS handling_mean_s,
    s.handling_s / nullif(s.handling_s + s.ready_s, 0) AS occupancy_rate,
    s.handling_s / nullif(s.logged_in_s, 0) AS utilisation_rate,
    3600 * coalesce(c.calls, 0) / nullif(s.logged_in_s - s.paused_s, 0) AS contacts_per_hour,
    coalesce(c.handed, 0) AS handed_outside
FROM spent s
LEFT JOIN taken c ON c.source = s.source AND c.pool = s.pool AND c.agent = s.agent
LEFT JOIN sold d ON d.source = s.source AND d.pool = s.pool AND d.agent = s.agent
ORDER BY s.pool, s.agent;
