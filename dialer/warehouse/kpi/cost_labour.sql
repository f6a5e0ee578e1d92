-- What did the agents cost, campaign by campaign? (a pool's paid time, shared by talk, hold and wrap-up)
CREATE OR REPLACE MACRO kpi_cost_labour(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL, in_currency := NULL
) AS TABLE
WITH began AS (
    SELECT DISTINCT c.since_day AS day FROM v_charges c WHERE c.kind IN ('agent', 'pool')
    UNION
    SELECT e.since_day FROM v_exchange e WHERE e.quote = in_currency
),
spans AS (
    -- Charges and rates of exchange hold from a day of the pool's clock: between two every hour costs the same.
    SELECT
        p.source, p.pool, b.day,
        to_slot(CAST(b.day AS TIMESTAMP) AT TIME ZONE p.zone) AS first,
        lead(to_slot(CAST(b.day AS TIMESTAMP) AT TIME ZONE p.zone), 1, 2000000000)
            OVER (PARTITION BY p.source, p.pool ORDER BY b.day) AS last
    FROM v_pools p, began b
),
spent AS (
    SELECT
        t.source, t.pool, t.agent, t.campaign, s.day,
        coalesce(sum(t.in_state_us) FILTER (WHERE t.present), 0) / 1e6 AS present_s,
        coalesce(sum(t.in_state_us) FILTER (WHERE t.handling), 0) / 1e6 AS handling_s
    FROM timed(since, until, NULL) t
    LEFT JOIN spans s ON s.source = t.source AND s.pool = t.pool AND t.slot >= s.first AND t.slot < s.last
    GROUP BY ALL
),
paid AS (
    SELECT
        s.source, s.pool, s.day, s.present_s / 3600 AS hours,
        coalesce(own.amount, team.amount, every.amount) AS hourly,
        coalesce(own.currency, team.currency, every.currency) AS currency
    FROM spent s
    LEFT JOIN v_charges own ON own.kind = 'agent' AND own.whose = s.agent
        AND s.day >= own.since_day AND s.day < own.until_day
    LEFT JOIN v_charges team ON team.kind = 'pool' AND team.whose = s.pool
        AND s.day >= team.since_day AND s.day < team.until_day
    LEFT JOIN v_charges every ON every.kind = 'pool' AND every.whose = ''
        AND s.day >= every.since_day AND s.day < every.until_day
),
due AS (
    SELECT
        p.source, p.pool, CASE WHEN x.rate IS NULL THEN p.currency ELSE in_currency END AS currency,
        sum(p.hours) AS hours, sum(p.hours * p.hourly * coalesce(x.rate, 1)) AS amount
    FROM paid p
    LEFT JOIN v_exchange x ON x.base = p.currency AND x.quote = in_currency
        AND p.day >= x.since_day AND p.day < x.until_day
    WHERE p.hourly IS NOT NULL
    GROUP BY ALL
),
worked AS (
    SELECT
        s.source, s.pool, s.campaign,
        sum(s.handling_s) / sum(sum(s.handling_s)) OVER (PARTITION BY s.source, s.pool) AS share
    FROM spent s
    WHERE s.campaign <> '' AND s.handling_s > 0
    GROUP BY s.source, s.pool, s.campaign
)
SELECT
    d.source, called(w.campaign, together) AS campaign, d.currency,
    sum(d.hours * coalesce(w.share, 1)) AS paid_hours,
    CAST(round(sum(d.amount * coalesce(w.share, 1)), 6) AS DECIMAL(18, 6)) AS labour_amount
FROM due d
LEFT JOIN worked w ON w.source = d.source AND w.pool = d.pool
WHERE (of_campaign IS NULL AND together IS NULL) OR asked(w.campaign, of_campaign, together)
GROUP BY ALL
ORDER BY campaign NULLS LAST, d.currency;
