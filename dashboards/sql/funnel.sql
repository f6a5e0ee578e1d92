-- How far did the calls of a campaign get?
SELECT step, position, calls, of_dialled_rate, of_step_before_rate
FROM kpi_funnel($since, $until, $campaign)
ORDER BY position
