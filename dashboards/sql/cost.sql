-- What did a campaign cost, currency by currency?
SELECT currency, attempts, minutes, answered, contacts, sales, unrated,
    calls_amount::DOUBLE AS calls_amount, rent_amount::DOUBLE AS rent_amount,
    labour_amount::DOUBLE AS labour_amount, telecom_amount::DOUBLE AS telecom_amount,
    full_amount::DOUBLE AS full_amount,
    telecom_per_attempt, telecom_per_minute, telecom_per_answer, telecom_per_contact, telecom_per_sale,
    full_per_attempt, full_per_minute, full_per_answer, full_per_contact, full_per_sale
FROM kpi_cost($since, $until, $campaign, together := $together,
    in_currency := $in_currency)
ORDER BY currency NULLS LAST
