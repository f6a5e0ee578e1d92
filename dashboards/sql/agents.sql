-- What did each agent of a pool do whom one may see?
SELECT agent, calls, talk_s, wrap_up_s, ready_s, paused_s, handling_mean_s, occupancy_rate,
    handed_outside
FROM kpi_agents($since, $until, $pool)
WHERE $every_agent OR list_contains($agents::VARCHAR[], agent)
ORDER BY agent
