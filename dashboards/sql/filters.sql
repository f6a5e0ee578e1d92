-- Which lists and trunks did a campaign's calls use, and who took them?
SELECT DISTINCT list, trunk, agent
FROM v_calls
WHERE direction = 'out' AND placed_at >= $since AND placed_at < $until AND campaign = $campaign
ORDER BY list, trunk, agent NULLS LAST
