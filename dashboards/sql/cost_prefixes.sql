-- What did each trunk and prefix cost?
SELECT trunk, prefix, currency, attempts, answered, unrated, talked_minutes, minutes,
    calls_amount::DOUBLE AS calls_amount, per_minute::DOUBLE AS per_minute
FROM kpi_cost_prefixes($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
ORDER BY calls_amount DESC NULLS LAST, trunk, prefix
