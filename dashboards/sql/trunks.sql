-- What did each trunk deliver, and is it honest?
SELECT trunk, placed, answered, asr_rate, ner_rate, acd_s, post_dial_delay_p50_s, short, short_rate,
    false_answers, false_answer_rate
FROM kpi_trunks($since, $until, $campaign, of_list := $of_list, of_trunk := $of_trunk, together := $together)
ORDER BY trunk
