-- How many of the people who answered were abandoned, and how many may be?
CREATE OR REPLACE MACRO kpi_abandonment(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    count(*) FILTER (WHERE a.abandoned) AS abandoned,
    count(*) FILTER (WHERE a.person) AS persons,
    count(*) FILTER (WHERE a.abandoned) / nullif(count(*) FILTER (WHERE a.person), 0) AS abandon_rate,
    arg_max(a.abandon_cap, a.seq) AS abandon_cap
FROM v_attempts a
WHERE a.intended_at >= since AND a.intended_at < until
  AND (of_campaign IS NULL OR a.campaign = of_campaign)
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
