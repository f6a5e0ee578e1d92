-- How far did the calls get: dialled, ringing, answered, a person, connected?
CREATE OR REPLACE MACRO kpi_funnel(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
WITH counted AS (
    SELECT
        a.source, a.campaign,
        count(*) FILTER (WHERE a.placed) AS dialled,
        count(*) FILTER (WHERE a.placed AND (a.rang OR a.answered)) AS ringing,
        count(*) FILTER (WHERE a.answered) AS answered,
        count(*) FILTER (WHERE a.person) AS person,
        count(*) FILTER (WHERE a.connected) AS connected
    FROM v_attempts a
    WHERE a.intended_at >= since AND a.intended_at < until
      AND (of_campaign IS NULL OR a.campaign = of_campaign)
      AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
    GROUP BY a.source, a.campaign
)
SELECT
    c.source, c.campaign, s.position, s.step, s.calls,
    c.dialled, s.before,
    s.calls / nullif(c.dialled, 0) AS of_dialled_rate,
    s.calls / nullif(s.before, 0) AS of_step_before_rate
FROM counted c,
LATERAL (VALUES
    (1, 'dialled', c.dialled, c.dialled),
    (2, 'ringing', c.ringing, c.dialled),
    (3, 'answered', c.answered, c.ringing),
    (4, 'person', c.person, c.answered),
    (5, 'connected', c.connected, c.person)
) AS s(position, step, calls, before)
ORDER BY c.campaign, s.position;
