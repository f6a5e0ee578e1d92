-- How long did a person wait for the agent's voice, from the answer and from the verdict?
CREATE OR REPLACE MACRO kpi_reaction(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
WITH delays AS (
    SELECT d.source, d.campaign, d.measure, d.step, sum(d.calls) AS calls
    FROM lasting(since, until, of_campaign, NULL, NULL, together) d
    WHERE d.measure IN ('verdict_to_agent', 'answer_to_agent')
    GROUP BY GROUPING SETS ((d.source, d.campaign, d.measure, d.step), (d.source, d.measure, d.step))
),
told AS (
    SELECT
        r.source, r.campaign, r.measure, max(r.calls)::BIGINT AS calls,
        1000 * quantile_at(0.50, r.step, r.upto, r.calls) AS p50_ms,
        1000 * quantile_at(0.95, r.step, r.upto, r.calls) AS p95_ms,
        1000 * quantile_at(0.99, r.step, r.upto, r.calls) AS p99_ms
    FROM ranked('delays') r
    GROUP BY r.source, r.campaign, r.measure
)
SELECT
    t.source, t.campaign,
    coalesce(max(t.calls) FILTER (WHERE t.measure = 'verdict_to_agent'), 0) AS from_verdict,
    max(t.p50_ms) FILTER (WHERE t.measure = 'verdict_to_agent') AS verdict_to_agent_p50_ms,
    max(t.p95_ms) FILTER (WHERE t.measure = 'verdict_to_agent') AS verdict_to_agent_p95_ms,
    max(t.p99_ms) FILTER (WHERE t.measure = 'verdict_to_agent') AS verdict_to_agent_p99_ms,
    coalesce(max(t.calls) FILTER (WHERE t.measure = 'answer_to_agent'), 0) AS from_answer,
    max(t.p50_ms) FILTER (WHERE t.measure = 'answer_to_agent') AS answer_to_agent_p50_ms,
    max(t.p95_ms) FILTER (WHERE t.measure = 'answer_to_agent') AS answer_to_agent_p95_ms,
    max(t.p99_ms) FILTER (WHERE t.measure = 'answer_to_agent') AS answer_to_agent_p99_ms
FROM told t
GROUP BY t.source, t.campaign
ORDER BY t.campaign NULLS LAST;
