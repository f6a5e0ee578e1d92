-- What did trunks and numbers cost by the month, campaign by campaign? (days of the period, shared by line time)
CREATE OR REPLACE MACRO kpi_cost_rent(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL, in_currency := NULL
) AS TABLE
WITH used AS (
    SELECT
        n.source, n.campaign, n.trunk, n.caller_id,
        sum(n.line_us) AS line_us, min(n.slot) AS first, max(n.slot) AS last
    FROM rolled_numbers(since, until) n
    GROUP BY ALL
),
span AS (
    SELECT
        u.source,
        unnest(generate_series(
            min(CAST(slot_at(u.first) AT TIME ZONE coalesce(v.zone, 'UTC') AS DATE)),
            max(CAST(slot_at(u.last) AT TIME ZONE coalesce(v.zone, 'UTC') AS DATE)), INTERVAL 1 DAY
        )) AS day
    FROM used u
    LEFT JOIN v_campaigns v ON v.campaign = u.campaign
    GROUP BY u.source
),
due AS (
    SELECT
        s.source, c.kind, c.whose,
        CASE WHEN x.rate IS NULL THEN c.currency ELSE in_currency END AS currency,
        sum(c.amount * coalesce(x.rate, 1) / date_part('day', last_day(s.day))) AS amount
    FROM span s
    JOIN v_charges c ON c.kind IN ('trunk', 'number')
        AND CAST(s.day AS DATE) >= c.since_day AND CAST(s.day AS DATE) < c.until_day
    LEFT JOIN v_exchange x ON x.base = c.currency AND x.quote = in_currency
        AND CAST(s.day AS DATE) >= x.since_day AND CAST(s.day AS DATE) < x.until_day
    GROUP BY ALL
),
worked AS (
    SELECT
        u.source, n.kind, n.whose, u.campaign,
        sum(u.line_us) / sum(sum(u.line_us)) OVER (PARTITION BY u.source, n.kind, n.whose) AS share
    FROM used u, LATERAL (VALUES ('trunk', u.trunk), ('number', u.caller_id)) AS n(kind, whose)
    WHERE u.line_us > 0
    GROUP BY u.source, n.kind, n.whose, u.campaign
)
SELECT
    d.source, called(w.campaign, together) AS campaign, d.currency,
    CAST(round(sum(d.amount * coalesce(w.share, 1)), 6) AS DECIMAL(18, 6)) AS rent_amount
FROM due d
LEFT JOIN worked w ON w.source = d.source AND w.kind = d.kind AND w.whose = d.whose
WHERE (of_campaign IS NULL AND together IS NULL) OR asked(w.campaign, of_campaign, together)
GROUP BY ALL
ORDER BY campaign NULLS LAST, d.currency;
