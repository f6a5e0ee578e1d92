-- How far did the calls get: dialled, ringing, answered, a person, connected?
CREATE OR REPLACE MACRO kpi_funnel(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH steps AS (
    SELECT
        a.source, a.campaign,
        total(a.calls, a.placed) AS dialled,
        total(a.calls, a.placed AND (a.rang OR a.answered)) AS ringing,
        total(a.calls, a.answered) AS answered,
        total(a.calls, a.person) AS person,
        total(a.calls, a.connected) AS connected
    FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
    GROUP BY a.source, a.campaign
)
SELECT
    c.source, c.campaign, s.position, s.step, s.calls,
    c.dialled, s.before,
    s.calls / nullif(c.dialled, 0) AS of_dialled_rate,
    s.calls / nullif(s.before, 0) AS of_step_before_rate
FROM steps c,
LATERAL (VALUES
    (1, 'dialled', c.dialled, c.dialled),
    (2, 'ringing', c.ringing, c.dialled),
    (3, 'answered', c.answered, c.ringing),
    (4, 'person', c.person, c.answered),
    (5, 'connected', c.connected, c.person)
) AS s(position, step, calls, before)
ORDER BY c.campaign, s.position;
