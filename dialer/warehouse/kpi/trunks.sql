-- What does each trunk deliver? ASR (answered / placed), NER (network effectiveness), ACD, post-dial delay, short calls, suspected false answers
CREATE OR REPLACE MACRO kpi_trunks(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH delays AS (
    SELECT d.source, d.trunk, d.step, sum(d.calls) AS calls
    FROM lasting(since, until, of_campaign, of_list, of_trunk, together) d
    WHERE d.measure = 'post_dial'
    GROUP BY ALL
),
percentile AS (
    SELECT r.source, r.trunk, quantile_at(0.5, r.step, r.upto, r.calls) AS p50_s FROM ranked('delays') r GROUP BY ALL
)
SELECT
    a.source, a.trunk,
    sum(a.calls)::BIGINT AS placed,
    total(a.calls, a.answered) AS answered,
    total(a.calls, a.answered) / sum(a.calls) AS asr_rate,
    total(a.calls, a.effective) / sum(a.calls) AS ner_rate,
    sum(a.billed_us) / nullif(total(a.calls, a.answered), 0) / 1e6 AS acd_s,
    any_value(p.p50_s) AS post_dial_delay_p50_s,
    sum(a.short)::BIGINT AS short,
    sum(a.short) / nullif(total(a.calls, a.answered), 0) AS short_rate,
    sum(a.false_answers)::BIGINT AS false_answers,
    sum(a.false_answers) / nullif(total(a.calls, a.answered), 0) AS false_answer_rate,
    sum(a.line_us) / 1e6 AS line_s
FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
LEFT JOIN percentile p ON p.source = a.source AND p.trunk = a.trunk
WHERE a.placed
GROUP BY a.source, a.trunk
ORDER BY a.trunk;
