-- What did an attempt, a minute, an answer, a contact, a sale cost, currency by currency?
SELECT u.unit, CAST(round(u.n) AS BIGINT) AS n, u.telecom, u.full_cost, c.currency
FROM kpi_cost($since, $until, $campaign, together := $together,
    in_currency := $in_currency) c, LATERAL (VALUES
    (1, 'attempt', c.attempts, c.telecom_per_attempt, c.full_per_attempt),
    (2, 'minute', c.minutes, c.telecom_per_minute, c.full_per_minute),
    (3, 'answer', c.answered, c.telecom_per_answer, c.full_per_answer),
    (4, 'contact', c.contacts, c.telecom_per_contact, c.full_per_contact),
    (5, 'sale', c.sales, c.telecom_per_sale, c.full_per_sale)
) AS u(line, unit, n, telecom, full_cost)
WHERE c.currency IS NOT NULL
ORDER BY c.currency, u.line
