-- Where did the money for calls go?
SELECT spent_on, currency, attempts, calls_amount::DOUBLE AS calls_amount, share_rate::DOUBLE AS share_rate
FROM kpi_cost_wasted($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
ORDER BY currency, calls_amount DESC
