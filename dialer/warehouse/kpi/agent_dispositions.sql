-- What did each agent record, and for what share of the calls of which the agent was the first?
CREATE OR REPLACE MACRO kpi_agent_dispositions(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    c.source, c.pool, c.agent, c.disposition,
    count(*) AS calls,
    sum(count(*)) OVER (PARTITION BY c.source, c.pool, c.agent)::BIGINT AS of_calls,
    count(*) / sum(count(*)) OVER (PARTITION BY c.source, c.pool, c.agent) AS share_rate
FROM v_calls c
WHERE c.agent IS NOT NULL AND c.direction = 'out' AND c.placed_at >= since AND c.placed_at < until
  AND (of_pool IS NULL OR c.pool = of_pool)
GROUP BY c.source, c.pool, c.agent, c.disposition
ORDER BY c.pool, c.agent, calls DESC, c.disposition NULLS LAST;
