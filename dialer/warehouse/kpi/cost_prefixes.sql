-- What did each trunk and prefix cost, and what a minute of it?
CREATE OR REPLACE MACRO kpi_cost_prefixes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    as_of := TIMESTAMPTZ 'infinity', together := NULL,
    in_currency := NULL
) AS TABLE
SELECT
    c.source, c.trunk, c.prefix, c.currency,
    sum(c.calls)::BIGINT AS attempts,
    total(c.calls, c.answered) AS answered,
    total(c.calls, c.unrated) AS unrated,
    sum(c.billed_us) / 60e6 AS talked_minutes,
    sum(c.charged_s) / 60 AS minutes,
    in_sum(CASE WHEN NOT c.unrated THEN c.amount END) AS calls_amount,
    sum(c.amount) FILTER (WHERE NOT c.unrated) / nullif(sum(c.charged_s) / 60, 0) AS per_minute
FROM costed_by_prefix(since, until, of_campaign, NULL, NULL, together, as_of, in_currency) c
GROUP BY c.source, c.trunk, c.prefix, c.currency
HAVING sum(c.calls) > 0
ORDER BY calls_amount DESC NULLS LAST, c.trunk, c.prefix;
