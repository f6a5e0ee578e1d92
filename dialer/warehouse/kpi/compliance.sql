-- What of a campaign do regulators ask for, as counted: abandoned per person, days over the cap, messages in time, rings cut short, calls to one number a day, opt-outs?
CREATE OR REPLACE MACRO kpi_compliance(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
WITH counted AS (
    SELECT
        a.source, a.campaign,
        total(a.calls, a.accounted) AS persons,
        total(a.calls, a.abandoned) AS abandoned,
        arg_max(a.abandon_cap, a.last_seq) AS abandon_cap,
        total(a.calls, a.abandoned AND NOT a.connected) AS unconnected,
        sum(a.messages)::BIGINT AS messages,
        sum(a.messages_in_time)::BIGINT AS messages_in_time,
        sum(a.given_up)::BIGINT AS given_up,
        sum(a.short_rings)::BIGINT AS short_rings
    FROM counted(since, until, of_campaign, NULL, NULL, NULL) a
    GROUP BY a.source, a.campaign
),
days AS (
    SELECT d.source, d.campaign, count(*) AS days, count(*) FILTER (WHERE d.abandon_rate > d.abandon_cap) AS days_over
    FROM kpi_abandonment_by_day(since, until, of_campaign) d
    GROUP BY d.source, d.campaign
),
repeats AS (
    SELECT r.* FROM roll_repeats r WHERE r.day < CAST(fresh_at() AT TIME ZONE r.zone AS DATE)
    UNION ALL
    SELECT b.* FROM repeats_between(greatest(fresh_at(), since), TIMESTAMPTZ '9999-01-01 00:00:00+00') b
),
numbers AS (
    SELECT r.source, r.campaign, max(r.most_a_day) AS most_a_day
    FROM repeats r
    WHERE CAST(r.day AS TIMESTAMP) AT TIME ZONE r.zone < until
      AND CAST(r.day + 1 AS TIMESTAMP) AT TIME ZONE r.zone > since
    GROUP BY r.source, r.campaign
),
pressed AS (
    SELECT o.campaign, count(DISTINCT o.call) AS opted_out
    FROM opt_outs o
    WHERE o.pressed_at >= since AND o.pressed_at < until
    GROUP BY o.campaign
)
SELECT
    c.source, c.campaign, c.persons, c.abandoned,
    c.abandoned / nullif(c.persons, 0) AS abandon_rate, c.abandon_cap,
    coalesce(d.days, 0) AS days, coalesce(d.days_over, 0) AS days_over,
    c.unconnected, c.messages, c.messages_in_time, c.given_up, c.short_rings,
    coalesce(n.most_a_day, 0) AS most_a_day,
    coalesce(p.opted_out, 0) AS opted_out
FROM counted c
LEFT JOIN days d ON d.source = c.source AND d.campaign = c.campaign
LEFT JOIN numbers n ON n.source = c.source AND n.campaign = c.campaign
LEFT JOIN pressed p ON p.campaign = c.campaign
ORDER BY c.campaign;
