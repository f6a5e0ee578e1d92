-- What did each agent of a pool do, from when until when?
SELECT
    t.agent, t.state, t.reason, t.call, t.handling, t.free,
    seconds_between($since, greatest(t.from_at, $since)) AS from_s,
    seconds_between($since, least(t.to_at, $until)) AS to_s,
    coalesce(c.machine, false) AS machine
FROM v_agent_time t
LEFT JOIN v_every_call c ON c.call = t.call
WHERE t.pool = $pool AND t.to_at > $since AND t.from_at < $until
ORDER BY t.agent, t.from_at
