-- What did each trunk and prefix cost, and what a minute of it?
CREATE OR REPLACE MACRO kpi_cost_prefixes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity'
) AS TABLE
SELECT
    p.source, p.trunk, p.prefix, p.currency,
    count(*) AS attempts,
    count(*) FILTER (WHERE p.answered) AS answered,
    count(*) FILTER (WHERE p.unrated) AS unrated,
    sum(p.billed_s) FILTER (WHERE p.answered) / 60 AS talked_minutes,
    sum(p.charged_s) / 60 AS minutes,
    sum(p.amount) AS calls_amount,
    sum(p.amount) / nullif(sum(p.charged_s) / 60, 0) AS per_minute
FROM priced(since, until, as_of) p
WHERE of_campaign IS NULL OR p.campaign = of_campaign
GROUP BY p.source, p.trunk, p.prefix, p.currency
ORDER BY calls_amount DESC NULLS LAST, p.trunk, p.prefix;
