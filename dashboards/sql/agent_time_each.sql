-- How did each agent of a pool spend the logged-in time?
SELECT agent, state, in_state_s
FROM kpi_agent_time($since, $until, $pool)
WHERE present
ORDER BY agent, state
