-- How many of the calls placed were answered, by whomever?
CREATE OR REPLACE MACRO kpi_answered(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    count(*) FILTER (WHERE a.answered) AS answered,
    count(*) FILTER (WHERE a.placed) AS placed,
    count(*) FILTER (WHERE a.answered) / nullif(count(*) FILTER (WHERE a.placed), 0) AS answer_rate
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
