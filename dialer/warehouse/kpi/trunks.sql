-- What does each trunk deliver? ASR (answered / placed), NER (network effectiveness), ACD and post-dial delay
CREATE OR REPLACE MACRO kpi_trunks(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.trunk,
    count(*) AS placed,
    count(*) FILTER (WHERE a.answered) / count(*) AS asr_rate,
    count(*) FILTER (WHERE a.effective) / count(*) AS ner_rate,
    avg(a.billed_s) FILTER (WHERE a.answered) AS acd_s,
    median(a.post_dial_delay_s) AS post_dial_delay_p50_s,
    sum(a.line_s) AS line_s
FROM v_attempts a
WHERE a.placed AND a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
GROUP BY a.source, a.trunk
ORDER BY a.trunk;
