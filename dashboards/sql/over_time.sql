-- How did a campaign's calls go over time, by so many minutes of its own clock?
SELECT time_bucket(to_minutes($minutes), minute AT TIME ZONE $zone) AS moment,
    sum(placed)::BIGINT AS placed, sum(answered)::BIGINT AS answered,
    sum(connected)::BIGINT AS connected, sum(abandoned)::BIGINT AS abandoned
FROM kpi_over_time($since, $until, $campaign, minutes := $minutes, together := $together)
GROUP BY moment
ORDER BY moment
