-- Which calls ended last?
SELECT call, lead, placed_at, direction, masked, outcome, agent, disposition, ring_s, talk_s, cause, sip
FROM v_calls
WHERE placed_at >= $since AND placed_at < $until AND campaign = $campaign
ORDER BY ended_at DESC
LIMIT $rows
