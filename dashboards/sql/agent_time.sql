-- How did the agents of a pool spend their logged-in time?
SELECT state, sum(in_state_s) AS in_state_s,
    sum(in_state_s) / sum(sum(in_state_s)) OVER () AS share_rate
FROM kpi_agent_time($since, $until, $pool)
WHERE present
GROUP BY state
ORDER BY state
