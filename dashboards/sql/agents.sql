-- What did each agent of a pool do whom one may see?
SELECT agent, calls, contacts_per_hour, sales, talk_s, hold_s, wrap_up_s, ready_s, paused_s, logged_in_s,
    handling_mean_s, occupancy_rate, utilisation_rate, handed_outside
FROM kpi_agents($since, $until, $pool)
WHERE ($every_agent OR list_contains($agents::VARCHAR[], agent)) AND ($of_agent::VARCHAR IS NULL OR agent = $of_agent)
ORDER BY agent
