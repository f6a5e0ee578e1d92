-- What did each trunk deliver by region and prefix, and at what price?
SELECT trunk, region, prefix, placed, answered, asr_rate, ner_rate, acd_s, post_dial_delay_mean_s, short_rate,
    false_answer_rate, calls_amount::DOUBLE AS calls_amount, currency
FROM kpi_prefixes($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together,
    in_currency := $in_currency)
ORDER BY placed DESC, trunk, prefix
