-- What did the calls to each list cost, of the campaign?
SELECT list, currency, attempts, contacts, sales, calls_amount::DOUBLE AS calls_amount,
    per_attempt::DOUBLE AS per_attempt, per_contact::DOUBLE AS per_contact, per_sale::DOUBLE AS per_sale
FROM kpi_cost_lists($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
ORDER BY list, currency
