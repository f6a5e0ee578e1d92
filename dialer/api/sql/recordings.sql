-- Which calls have, had, or should have had a recording: the latest first, of these campaigns or of this agent?
WITH agents_of AS (SELECT call, list(DISTINCT agent ORDER BY agent) AS agents FROM v_legs GROUP BY call)
SELECT
    r.call, c.campaign, c.list, c.lead, c.masked, c.outcome, c.disposition,
    epoch(c.placed_at) AS placed_at, epoch(c.ended_at) AS ended_at,
    r.path, r.why, r.seconds, r.talk_s, r.size, r.customer_db, r.agent_db,
    epoch(r.gone_at) AS gone_at, r.gone_why, r.is_there, coalesce(o.agents, []) AS agents,
    epoch_us(c.ended_at) || ':' || c.call AS page
FROM v_recordings r
JOIN v_calls c ON c.call = r.call
LEFT JOIN agents_of o ON o.call = r.call
WHERE ($everything OR list_contains($campaigns, c.campaign) OR list_contains(o.agents, $me))
  AND ($campaign = '' OR c.campaign = $campaign)
  AND ($outcome = '' OR c.outcome = $outcome)
  AND ($agent = '' OR list_contains(o.agents, $agent))
  AND ($disposition = '' OR c.disposition = $disposition)
  AND ($lead = '' OR c.lead = $lead)
  AND ($call = '' OR c.call = $call)
  AND c.ended_at >= $since AND c.ended_at < $until
  AND ($page_us = 0 OR (epoch_us(c.ended_at), c.call) < ($page_us, $page_call))
ORDER BY c.ended_at DESC, c.call DESC
LIMIT $n
