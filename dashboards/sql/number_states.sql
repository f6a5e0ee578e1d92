-- How do the leads of the lists that one may see stand now, and why, of those that a campaign has dialled or nobody has?
SELECT list, state, why, leads, dialled, of_leads, share_rate
FROM kpi_number_states()
WHERE ($every_campaign OR list_contains($lists::VARCHAR[], list)) AND ($of_list::VARCHAR IS NULL OR list = $of_list)
    AND concerns($campaign, $together, list)
ORDER BY list, leads DESC, state, why
