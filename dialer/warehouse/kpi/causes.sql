-- By what cause did the calls of each trunk end, and what share of its calls was that?
CREATE OR REPLACE MACRO kpi_causes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
SELECT
    a.source, a.trunk, a.cause, a.sip, a.outcome,
    count(*) AS calls,
    sum(count(*)) OVER (PARTITION BY a.source, a.trunk)::BIGINT AS placed,
    count(*) / sum(count(*)) OVER (PARTITION BY a.source, a.trunk) AS share_rate
FROM v_attempts a
WHERE a.placed AND a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
  AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
GROUP BY a.source, a.trunk, a.cause, a.sip, a.outcome
ORDER BY a.trunk, calls DESC, a.cause, a.outcome;
