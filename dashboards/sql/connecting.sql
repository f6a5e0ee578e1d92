-- How long did people wait for an agent, and how long were agents with machines, by whether calls are connected first?
SELECT connects, people, wait_p50_s, wait_p95_s, machines, machines_s
FROM kpi_connecting($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY connects
