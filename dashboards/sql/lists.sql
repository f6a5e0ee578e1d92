-- How far is each list worked that one may see, of those that a campaign has dialled or nobody has?
SELECT list, leads, dialled, contacted, done, penetration_rate, contact_rate, exhaustion_rate
FROM kpi_lists()
WHERE ($every_campaign OR list_contains($lists::VARCHAR[], list)) AND concerns($campaign, $together, list)
ORDER BY list
