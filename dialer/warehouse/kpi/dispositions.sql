-- What did the agents record, and for what share of the connected calls?
CREATE OR REPLACE MACRO kpi_dispositions(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
SELECT
    c.source, c.campaign, c.disposition,
    count(*) AS calls,
    sum(count(*)) OVER (PARTITION BY c.source, c.campaign)::BIGINT AS connected,
    count(*) / sum(count(*)) OVER (PARTITION BY c.source, c.campaign) AS share_rate
FROM v_calls c
WHERE c.connected AND c.placed_at >= since AND c.placed_at < until
  AND (of_campaign IS NULL OR c.campaign = of_campaign)
  AND (of_list IS NULL OR c.list = of_list) AND (of_trunk IS NULL OR c.trunk = of_trunk)
GROUP BY c.source, c.campaign, c.disposition
ORDER BY c.campaign, calls DESC, c.disposition NULLS LAST;
