-- What came of a campaign's calls?
SELECT outcome, calls, attempts, share_rate, answered, person, connected, abandoned
FROM kpi_outcomes($since, $until, $campaign)
ORDER BY calls DESC, outcome
