-- What does each trunk deliver by region and rated prefix, and at what price? (as kpi_trunks)
CREATE OR REPLACE MACRO kpi_prefixes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
SELECT
    a.source, a.trunk, a.region, coalesce(a.prefix, '') AS prefix, a.currency,
    count(*) AS placed,
    count(*) FILTER (WHERE a.answered) AS answered,
    count(*) FILTER (WHERE a.answered) / count(*) AS asr_rate,
    count(*) FILTER (WHERE a.effective) / count(*) AS ner_rate,
    avg(a.billed_s) FILTER (WHERE a.answered) AS acd_s,
    median(a.post_dial_delay_s) AS post_dial_delay_p50_s,
    count(*) FILTER (WHERE a.short) / nullif(count(*) FILTER (WHERE a.answered), 0) AS short_rate,
    count(*) FILTER (WHERE a.false_answer) / nullif(count(*) FILTER (WHERE a.answered), 0) AS false_answer_rate,
    sum(a.amount) AS calls_amount
FROM priced(since, until, TIMESTAMPTZ 'infinity') a
WHERE (of_campaign IS NULL OR a.campaign = of_campaign)
  AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
GROUP BY a.source, a.trunk, a.region, coalesce(a.prefix, ''), a.currency
ORDER BY placed DESC, a.trunk, prefix;
