-- How did each agent of a pool spend the logged-in time whom one may see?
SELECT agent, state, in_state_s
FROM kpi_agent_time($since, $until, $pool)
WHERE present AND ($every_agent OR list_contains($agents::VARCHAR[], agent))
    AND ($of_agent::VARCHAR IS NULL OR agent = $of_agent)
ORDER BY agent, state
