-- What does each trunk deliver by region and rated prefix, and at what price? (as kpi_trunks)
CREATE OR REPLACE MACRO kpi_prefixes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL, in_currency := NULL
) AS TABLE
SELECT
    a.source, a.trunk, a.region, coalesce(a.prefix, '') AS prefix, a.currency,
    sum(a.calls)::BIGINT AS placed,
    total(a.calls, a.answered) AS answered,
    total(a.calls, a.answered) / sum(a.calls) AS asr_rate,
    total(a.calls, a.effective) / sum(a.calls) AS ner_rate,
    sum(a.billed_us) / nullif(total(a.calls, a.answered), 0) / 1e6 AS acd_s,
    sum(a.delay_us) / nullif(sum(a.delays), 0) / 1e6 AS post_dial_delay_mean_s,
    sum(a.short) / nullif(total(a.calls, a.answered), 0) AS short_rate,
    sum(a.false_answers) / nullif(total(a.calls, a.answered), 0) AS false_answer_rate,
    in_sum(CASE WHEN NOT a.unrated THEN a.amount END) AS calls_amount
FROM costed_by_prefix(since, until, of_campaign, of_list, of_trunk, together, TIMESTAMPTZ 'infinity', in_currency) a
GROUP BY a.source, a.trunk, a.region, coalesce(a.prefix, ''), a.currency
HAVING sum(a.calls) > 0
ORDER BY placed DESC, a.trunk, prefix;
