-- How many lines may a campaign use, and what is it held to?
SELECT trunk, lines, abandon_cap, connect_within_s
FROM v_campaigns
WHERE asked(campaign, $campaign, $together)
ORDER BY opened_at DESC
