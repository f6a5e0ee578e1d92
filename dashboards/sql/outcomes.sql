-- What came of a campaign's calls, and of how many?
SELECT outcome, calls, attempts, share_rate, answered, person, connected, abandoned
FROM kpi_outcomes($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY calls DESC, outcome
