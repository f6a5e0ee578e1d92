-- Mosts, which cannot be added up: kept by minute and by day up to fresh_at(), asked of the raw calls after.

CREATE OR REPLACE MACRO lines_between(since, until) AS TABLE
WITH used AS (
    SELECT a.source, a.trunk, a.campaign, a.placed_at, a.ended_at, a.carrier_failed
    FROM v_every_call a
    WHERE a.placed AND a.ended_at >= time_bucket(INTERVAL 1 MINUTE, since) AND a.placed_at < until
),
steps AS (
    SELECT u.source, u.trunk, u.campaign, u.placed_at AS at, 1 AS step, 1 AS placed, u.carrier_failed::INTEGER AS refused FROM used u
    UNION ALL
    SELECT u.source, u.trunk, u.campaign, u.ended_at, -1, 0, 0 FROM used u
),
counted AS (
    SELECT s.* FROM steps s
    UNION ALL
    SELECT s.* REPLACE ('' AS campaign) FROM steps s
),
level AS (
    SELECT
        c.source, c.trunk, c.campaign, c.at, c.placed, c.refused,
        sum(c.step) OVER (PARTITION BY c.source, c.trunk, c.campaign ORDER BY c.at, c.step ROWS UNBOUNDED PRECEDING) AS lines
    FROM counted c
)
SELECT
    l.source, l.trunk, l.campaign,
    time_bucket(INTERVAL 1 MINUTE, l.at) AS minute_at,
    max(l.lines)::INTEGER AS most_lines,
    sum(l.placed)::INTEGER AS placed,
    sum(l.refused)::INTEGER AS refused
FROM level l
WHERE l.at >= time_bucket(INTERVAL 1 MINUTE, since) AND l.at < time_bucket(INTERVAL 1 MINUTE, until)
GROUP BY ALL;
COMMENT ON MACRO TABLE lines_between IS 'Lines in use minute by minute: of each campaign on a trunk, and of the trunk as a whole.';

CREATE OR REPLACE MACRO repeats_between(since, until) AS TABLE
SELECT n.source, n.campaign, n.zone, n.day, max(n.calls)::INTEGER AS most_a_day
FROM (
    SELECT a.source, a.campaign, a.zone, a.day, a.number_key, count(*) AS calls
    FROM v_attempts a
    WHERE a.placed AND a.intended_at >= since::TIMESTAMPTZ - INTERVAL 26 HOUR AND a.intended_at < until::TIMESTAMPTZ + INTERVAL 26 HOUR
      AND a.day >= CAST(since::TIMESTAMPTZ AT TIME ZONE a.zone AS DATE) AND a.day < CAST(until::TIMESTAMPTZ AT TIME ZONE a.zone AS DATE)
    GROUP BY ALL
) n
GROUP BY ALL;
COMMENT ON MACRO TABLE repeats_between IS 'The most calls to one number, campaign by campaign and day by day.';

CREATE OR REPLACE TABLE roll_lines AS FROM lines_between(TIMESTAMPTZ '2000-01-01 00:00:00+00', TIMESTAMPTZ '2000-01-01 00:00:00+00') LIMIT 0;
CREATE OR REPLACE TABLE roll_repeats AS FROM repeats_between(TIMESTAMPTZ '2000-01-01 00:00:00+00', TIMESTAMPTZ '2000-01-01 00:00:00+00') LIMIT 0;
CREATE OR REPLACE TABLE roll_contacts (lead VARCHAR NOT NULL, list VARCHAR NOT NULL);

CREATE OR REPLACE VIEW contacts AS
SELECT r.lead, r.list FROM roll_contacts r
UNION ALL
SELECT a.lead, min(a.list) FROM v_attempts a
ANTI JOIN roll_contacts r ON r.lead = a.lead
WHERE a.person AND a.seq > rolled_seq()
GROUP BY a.lead;
COMMENT ON VIEW contacts IS 'Leads of whom a person answered at least once, each once.';
COMMENT ON COLUMN contacts.lead IS 'The lead.';
COMMENT ON COLUMN contacts.list IS 'The list it came from.';

CREATE OR REPLACE VIEW v_leads AS
SELECT
    l.*,
    l.state = 'done' AS done,
    l.attempts > 0 AS dialled,
    c.lead IS NOT NULL AS contacted
FROM leads l
LEFT JOIN contacts c ON c.lead = l.lead;
COMMENT ON VIEW v_leads IS 'Every lead as it stands now.';
COMMENT ON COLUMN v_leads.done IS 'Nobody calls it again.';
COMMENT ON COLUMN v_leads.dialled IS 'It was called at least once.';
COMMENT ON COLUMN v_leads.contacted IS 'A person answered at least once.';
