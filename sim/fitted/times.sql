-- What did each agent of a pool do, from when until when?
SELECT
    agent, state, reason, call, handling, free,
    seconds_between($since, greatest(from_at, $since)) AS from_s,
    seconds_between($since, least(to_at, $until)) AS to_s
FROM v_agent_time
WHERE pool = $pool AND to_at > $since AND from_at < $until
ORDER BY agent, from_at
