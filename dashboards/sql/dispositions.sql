-- What did the agents record?
SELECT coalesce(disposition, '') AS disposition, calls, of_calls, share_rate
FROM kpi_dispositions($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY calls DESC, disposition
