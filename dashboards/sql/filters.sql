-- Which lists and trunks did a campaign's calls use, and who took them?
SELECT DISTINCT list, trunk, agent
FROM v_used($since, $until, $campaign, $together)
ORDER BY ALL
