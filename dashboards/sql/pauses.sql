-- Why were the agents of a pool on a break?
SELECT reason, pauses, paused_s
FROM kpi_pauses($since, $until, $pool)
ORDER BY paused_s DESC
