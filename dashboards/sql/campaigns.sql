-- Which campaigns are there, the newest first?
SELECT campaign, pool, zone, source, abandon_cap
FROM v_campaigns
ORDER BY opened_at DESC, campaign
