-- Where does the money for calls go: to talks with people, and to whom nobody talked with? (share of all)
CREATE OR REPLACE MACRO kpi_cost_wasted(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL,
    in_currency := NULL
) AS TABLE
SELECT
    c.source, c.campaign, c.currency,
    CASE
        WHEN c.connected THEN 'talks'
        WHEN c.abandoned THEN 'no_agent'
        WHEN c.person THEN 'hung_up_first'
        WHEN c.machine THEN 'machines'
        WHEN c.number_dead THEN 'dead_numbers'
        ELSE 'unanswered'
    END AS spent_on,
    sum(c.calls)::BIGINT AS attempts,
    in_sum(c.amount) AS calls_amount,
    sum(c.amount) / nullif(sum(sum(c.amount)) OVER (PARTITION BY c.source, c.campaign, c.currency), 0) AS share_rate
FROM costed(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
WHERE NOT c.unrated
GROUP BY c.source, c.campaign, c.currency, spent_on
HAVING sum(c.calls) > 0
ORDER BY c.campaign, c.currency, calls_amount DESC;
