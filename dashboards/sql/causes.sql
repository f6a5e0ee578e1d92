-- By what cause did the calls of each trunk end?
SELECT trunk, cause, sip, outcome, calls, placed, share_rate
FROM kpi_causes($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY calls DESC, trunk, cause
