-- On which days did a campaign place calls, the newest first, and how many?
SELECT CAST(placed_at AT TIME ZONE $zone AS DATE) AS day, count(*) AS calls
FROM v_attempts
WHERE placed AND campaign = $campaign
GROUP BY ALL
ORDER BY day DESC
