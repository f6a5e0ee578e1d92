-- What did the calls of each day cost?
SELECT day, currency, attempts, minutes, contacts, sales, calls_amount::DOUBLE AS calls_amount
FROM kpi_cost_days($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
WHERE currency IS NOT NULL
ORDER BY day, currency
