-- What did the calls of each day cost?
CREATE OR REPLACE MACRO kpi_cost_days(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity'
) AS TABLE
SELECT
    p.source, p.campaign, p.day, p.currency,
    count(*) AS attempts,
    sum(p.charged_s) / 60 AS minutes,
    count(*) FILTER (WHERE p.connected) AS contacts,
    count(*) FILTER (WHERE p.sold) AS sales,
    sum(p.amount) AS calls_amount
FROM priced(since, until, as_of) p
WHERE of_campaign IS NULL OR p.campaign = of_campaign
GROUP BY p.source, p.campaign, p.day, p.currency
ORDER BY p.campaign, p.day, p.currency NULLS LAST;
