-- By which rates were amounts turned into the reports' currency, and which were not?
SELECT currency, calls_amount::DOUBLE AS calls_amount, into_currency, into_amount::DOUBLE AS into_amount,
    rtrim(rtrim(CAST(rate AS VARCHAR), '0'), '.') AS rate, rate_day, rate_origin,
    CASE WHEN rate IS NULL THEN 'apart' WHEN rate_turned THEN 'turned' ELSE 'told' END AS how
FROM kpi_exchange($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
ORDER BY currency, rate_day
