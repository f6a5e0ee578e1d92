-- What came of the calls, kind by kind?
CREATE OR REPLACE MACRO kpi_outcomes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
SELECT
    a.source, a.campaign, a.outcome,
    count(*) AS calls,
    sum(count(*)) OVER (PARTITION BY a.source, a.campaign)::BIGINT AS attempts,
    count(*) / sum(count(*)) OVER (PARTITION BY a.source, a.campaign) AS share_rate,
    any_value(a.answered) AS answered, any_value(a.person) AS person,
    any_value(a.connected) AS connected, any_value(a.abandoned) AS abandoned
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
  AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
GROUP BY a.source, a.campaign, a.outcome
ORDER BY a.campaign, calls DESC, a.outcome;
