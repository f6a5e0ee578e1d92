-- What did each agent of a pool do?
SELECT agent, calls, talk_s, wrap_up_s, ready_s, paused_s, handling_mean_s, occupancy_rate
FROM kpi_agents($since, $until, $pool)
ORDER BY agent
