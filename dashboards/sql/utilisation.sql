-- How much of their logged-in time did the agents of a pool work?
SELECT agents, handling_s, logged_in_s, utilisation_rate
FROM kpi_utilisation($since, $until, $pool)
WHERE pool IS NULL
