-- What did each agent record, and for what share of the calls of which the agent was the first?
CREATE OR REPLACE MACRO kpi_agent_dispositions(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    w.source, w.pool, w.agent, nullif(w.disposition, '') AS disposition,
    sum(w.calls)::BIGINT AS calls,
    sum(sum(w.calls)) OVER (PARTITION BY w.source, w.pool, w.agent)::BIGINT AS of_calls,
    sum(w.calls) / sum(sum(w.calls)) OVER (PARTITION BY w.source, w.pool, w.agent) AS share_rate
FROM rolled_words(since, until) w
WHERE w.agent <> '' AND w.direction = 'out' AND (of_pool IS NULL OR w.pool = of_pool)
GROUP BY w.source, w.pool, w.agent, w.disposition
HAVING sum(w.calls) > 0
ORDER BY w.pool, w.agent, calls DESC, disposition NULLS LAST;
