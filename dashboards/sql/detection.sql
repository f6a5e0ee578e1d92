-- Who answered, as the listener heard it, and how often was that wrong?
SELECT verdict, calls, answered, share_rate, verdict_p50_s, verdict_p95_s, told, wrong, wrong_rate
FROM kpi_detection($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY calls DESC, verdict
