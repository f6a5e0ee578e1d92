-- How far did the calls of a campaign get, and of how many?
SELECT step, position, calls, dialled, of_dialled_rate, before, of_step_before_rate
FROM kpi_funnel($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY position
