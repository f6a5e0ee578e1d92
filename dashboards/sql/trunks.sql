-- What did each trunk deliver?
SELECT trunk, placed, asr_rate, ner_rate, acd_s, post_dial_delay_p50_s
FROM kpi_trunks($since, $until, $campaign)
ORDER BY trunk
