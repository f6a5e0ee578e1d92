-- Of which of these calls may somebody hear the opening, and what is on record of them?
WITH agents_of AS (SELECT call, list(DISTINCT agent ORDER BY agent) AS agents FROM v_legs GROUP BY call)
SELECT
    c.call, c.campaign, c.masked, c.verdict, c.verdict_cause, c.outcome, c.disposition,
    epoch(c.ended_at) AS ended_at, coalesce(o.agents, []) AS agents
FROM v_calls c
LEFT JOIN agents_of o ON o.call = c.call
WHERE list_contains($calls, c.call)
  AND ($everything OR list_contains($campaigns, c.campaign) OR list_contains(o.agents, $me))
ORDER BY c.ended_at DESC, c.call DESC
