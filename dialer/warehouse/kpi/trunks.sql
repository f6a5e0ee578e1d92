-- What does each trunk deliver? ASR (answered / placed), NER (network effectiveness), ACD, post-dial delay, short calls, suspected false answers
CREATE OR REPLACE MACRO kpi_trunks(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
SELECT
    a.source, a.trunk,
    count(*) AS placed,
    count(*) FILTER (WHERE a.answered) AS answered,
    count(*) FILTER (WHERE a.answered) / count(*) AS asr_rate,
    count(*) FILTER (WHERE a.effective) / count(*) AS ner_rate,
    avg(a.billed_s) FILTER (WHERE a.answered) AS acd_s,
    median(a.post_dial_delay_s) AS post_dial_delay_p50_s,
    count(*) FILTER (WHERE a.short) AS short,
    count(*) FILTER (WHERE a.short) / nullif(count(*) FILTER (WHERE a.answered), 0) AS short_rate,
    count(*) FILTER (WHERE a.false_answer) AS false_answers,
    count(*) FILTER (WHERE a.false_answer) / nullif(count(*) FILTER (WHERE a.answered), 0) AS false_answer_rate,
    sum(a.line_s) AS line_s
FROM v_attempts a
WHERE a.placed AND a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
  AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
GROUP BY a.source, a.trunk
ORDER BY a.trunk;
