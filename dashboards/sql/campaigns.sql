-- Which campaigns are there that one may see, the newest first?
SELECT campaign, pool, zone, source, abandon_cap
FROM v_campaigns
WHERE $every_campaign OR list_contains($campaigns::VARCHAR[], campaign)
ORDER BY opened_at DESC, campaign
