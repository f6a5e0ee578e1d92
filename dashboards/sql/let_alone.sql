-- How many phones of a campaign were let alone for want of an agent, of the calls placed?
SELECT let_alone, placed, let_alone_rate, 'no_agent' AS call_end
FROM kpi_let_alone($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
