-- What held a campaign's pacing back, and how often?
SELECT bound, decisions, calls, share_rate
FROM kpi_pacing_bounds($since, $until, $campaign)
ORDER BY decisions DESC, bound
