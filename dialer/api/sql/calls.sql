-- Which calls ended, the latest first, of these campaigns or of this agent, after this page?
WITH agents_of AS (SELECT call, list(DISTINCT agent ORDER BY agent) AS agents FROM v_legs GROUP BY call),
outside_of AS (SELECT call, list(DISTINCT party ORDER BY party) AS parties FROM v_outside GROUP BY call)
SELECT
    c.call, c.direction, c.campaign, c.list, c.lead, c.attempt, c.masked, c.region, c.trunk, c.outcome,
    c.early, c.verdict, c.disposition, epoch(c.placed_at) AS placed_at,
    epoch(c.ended_at) AS ended_at, c.ring_s, c.talk_s, c.billed_s, c.ended_by, c.why,
    coalesce(o.agents, []) AS agents, coalesce(x.parties, []) AS outside, epoch_us(c.ended_at) || ':' || c.call AS page
FROM v_calls c
LEFT JOIN agents_of o ON o.call = c.call
LEFT JOIN outside_of x ON x.call = c.call
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
