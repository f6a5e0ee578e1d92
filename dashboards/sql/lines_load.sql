-- How much load did a campaign's calls bring to each trunk, hour by hour of its own clock?
SELECT hour AT TIME ZONE $zone AS hour, trunk, placed, refused, refused_rate, load_erlang, persons, talk_mean_s
FROM kpi_lines_load($since, $until, $campaign, of_trunk := $of_trunk, together := $together)
ORDER BY load_erlang DESC, hour
