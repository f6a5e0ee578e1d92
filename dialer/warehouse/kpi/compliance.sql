-- What of a campaign do regulators ask for, as counted: abandoned per person, days over the cap, messages in time, rings cut short, calls to one number a day, opt-outs?
CREATE OR REPLACE MACRO kpi_compliance(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
WITH calls AS (
    SELECT * FROM v_attempts a
    WHERE a.intended_at >= since AND a.intended_at < until
      AND (of_campaign IS NULL OR a.campaign = of_campaign)
),
days AS (
    SELECT
        c.source, c.campaign, c.day,
        count(*) FILTER (WHERE c.abandoned) / nullif(count(*) FILTER (WHERE c.person), 0)
            > arg_max(c.abandon_cap, c.seq) AS is_over
    FROM calls c
    GROUP BY c.source, c.campaign, c.day
),
numbers AS (
    SELECT n.source, n.campaign, max(n.calls) AS most_a_day
    FROM (
        SELECT c.source, c.campaign, c.number_key, c.day, count(*) AS calls
        FROM calls c WHERE c.placed GROUP BY c.source, c.campaign, c.number_key, c.day
    ) n
    GROUP BY n.source, n.campaign
),
pressed AS (
    SELECT o.campaign, count(DISTINCT o.call) AS opted_out
    FROM opt_outs o
    WHERE o.pressed_at >= since AND o.pressed_at < until
    GROUP BY o.campaign
),
counted AS (
    SELECT
        c.source, c.campaign,
        count(*) FILTER (WHERE c.person) AS persons,
        count(*) FILTER (WHERE c.abandoned) AS abandoned,
        arg_max(c.abandon_cap, c.seq) AS abandon_cap,
        count(*) FILTER (WHERE c.abandoned AND NOT c.connected) AS unconnected,
        count(*) FILTER (WHERE c.abandoned AND NOT c.connected AND c.message_at IS NOT NULL) AS messages,
        count(*) FILTER (WHERE c.abandoned AND NOT c.connected AND seconds_between(
            coalesce(c.greeting_end_at, c.verdict_at, c.answered_at), c.message_at) <= c.connect_within_s
        ) AS messages_in_time,
        count(*) FILTER (WHERE c.placed AND c.rang AND NOT c.answered AND c.ended_by = 'dialer') AS given_up,
        count(*) FILTER (WHERE c.placed AND c.rang AND NOT c.answered AND c.ended_by = 'dialer'
            AND seconds_between(coalesce(c.ringing_at, c.progress_at, c.early_at), c.ended_at) < 15
            AND NOT starts_with(c.why, 'heard ')) AS short_rings
    FROM calls c
    GROUP BY c.source, c.campaign
)
SELECT
    c.source, c.campaign, c.persons, c.abandoned,
    c.abandoned / nullif(c.persons, 0) AS abandon_rate, c.abandon_cap,
    (SELECT count(*) FROM days d WHERE d.source = c.source AND d.campaign = c.campaign) AS days,
    (SELECT count(*) FROM days d WHERE d.source = c.source AND d.campaign = c.campaign AND d.is_over) AS days_over,
    c.unconnected, c.messages, c.messages_in_time, c.given_up, c.short_rings,
    coalesce(n.most_a_day, 0) AS most_a_day,
    coalesce(p.opted_out, 0) AS opted_out
FROM counted c
LEFT JOIN numbers n ON n.source = c.source AND n.campaign = c.campaign
LEFT JOIN pressed p ON p.campaign = c.campaign
ORDER BY c.campaign;
