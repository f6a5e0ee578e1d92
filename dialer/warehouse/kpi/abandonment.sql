-- How many of the people who answered were abandoned, and how many may be? (of calls that an agent made himself only those that were abandoned)
CREATE OR REPLACE MACRO kpi_abandonment(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    total(a.calls, a.abandoned) AS abandoned,
    total(a.calls, a.accounted) AS persons,
    total(a.calls, a.abandoned) / nullif(total(a.calls, a.accounted), 0) AS abandon_rate,
    arg_max(a.abandon_cap, a.last_seq) AS abandon_cap
FROM counted(since, until, of_campaign, NULL, NULL, together) a
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
