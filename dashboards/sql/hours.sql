-- When do the people of a campaign answer, the surest hours first?
SELECT weekday, hour, placed, answered, persons, connected, answer_rate, person_rate, person_least_rate
FROM kpi_hours($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY person_least_rate DESC, weekday, hour
