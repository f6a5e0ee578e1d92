-- How did the dial level go, by so many minutes of the campaign's own clock?
SELECT time_bucket(to_minutes($minutes), decided_at AT TIME ZONE $zone) AS moment,
    avg(level) AS level, avg(ready) AS ready
FROM v_pacing
WHERE decided_at >= $since AND decided_at < $until AND campaign = $campaign
GROUP BY moment
ORDER BY moment
