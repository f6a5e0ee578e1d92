-- How busy were the agents of a pool while they wanted calls?
SELECT agents, handling_s, ready_s, occupancy_rate
FROM kpi_occupancy($since, $until, $pool)
WHERE pool IS NULL
