-- Where does the money for calls go: to talks with people, and to whom nobody talked with? (share of all)
CREATE OR REPLACE MACRO kpi_cost_wasted(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity'
) AS TABLE
SELECT
    p.source, p.campaign, p.currency,
    CASE
        WHEN p.connected THEN 'talks'
        WHEN p.abandoned THEN 'no_agent'
        WHEN p.person THEN 'hung_up_first'
        WHEN p.machine THEN 'machines'
        WHEN p.number_dead THEN 'dead_numbers'
        ELSE 'unanswered'
    END AS spent_on,
    count(*) AS attempts,
    sum(p.amount) AS calls_amount,
    sum(p.amount) / nullif(sum(sum(p.amount)) OVER (PARTITION BY p.source, p.campaign, p.currency), 0) AS share_rate
FROM priced(since, until, as_of) p
WHERE p.amount IS NOT NULL AND (of_campaign IS NULL OR p.campaign = of_campaign)
GROUP BY p.source, p.campaign, p.currency, spent_on
ORDER BY p.campaign, p.currency, calls_amount DESC;
