-- How long did a person wait for the agent's voice?
SELECT from_answer, answer_to_agent_p50_ms, answer_to_agent_p95_ms
FROM kpi_reaction($since, $until, $campaign)
WHERE campaign IS NOT NULL
