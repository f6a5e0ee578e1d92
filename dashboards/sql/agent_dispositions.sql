-- What did each agent of a pool record whom one may see?
SELECT agent, coalesce(disposition, '') AS disposition, calls, of_calls, share_rate
FROM kpi_agent_dispositions($since, $until, $pool)
WHERE ($every_agent OR list_contains($agents::VARCHAR[], agent)) AND ($of_agent::VARCHAR IS NULL OR agent = $of_agent)
ORDER BY agent, calls DESC, disposition
