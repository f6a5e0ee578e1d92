-- How long did a person wait for the agent's voice, from the answer and from the verdict?
CREATE OR REPLACE MACRO kpi_reaction(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    count(a.verdict_to_agent_s) AS from_verdict,
    1000 * quantile_cont(a.verdict_to_agent_s, 0.50) AS verdict_to_agent_p50_ms,
    1000 * quantile_cont(a.verdict_to_agent_s, 0.95) AS verdict_to_agent_p95_ms,
    1000 * quantile_cont(a.verdict_to_agent_s, 0.99) AS verdict_to_agent_p99_ms,
    count(a.answer_to_agent_s) AS from_answer,
    1000 * quantile_cont(a.answer_to_agent_s, 0.50) AS answer_to_agent_p50_ms,
    1000 * quantile_cont(a.answer_to_agent_s, 0.95) AS answer_to_agent_p95_ms,
    1000 * quantile_cont(a.answer_to_agent_s, 0.99) AS answer_to_agent_p99_ms
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
  AND a.connected
GROUP BY GROUPING SETS ((a.source, a.campaign), (a.source))
ORDER BY a.campaign NULLS LAST;
