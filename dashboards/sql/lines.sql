-- How many lines did a campaign use at once on each trunk, at most, by so many minutes of its own clock?
SELECT time_bucket(to_minutes($fine_minutes), minute AT TIME ZONE $zone) AS moment, trunk,
    max(most_lines) AS most_lines, sum(placed)::BIGINT AS placed, sum(refused)::BIGINT AS refused
FROM kpi_lines($since, $until, $campaign, of_trunk := $of_trunk)
GROUP BY moment, trunk
ORDER BY moment, trunk
