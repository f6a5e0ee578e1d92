-- How many lines were in use at once, minute by minute, at most, and how many calls did the carrier refuse?
CREATE OR REPLACE MACRO kpi_lines(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_trunk := NULL
) AS TABLE
-- Of a campaign on its trunks; without one, of each trunk as a whole, whoever dialled on it.
WITH minutes AS (
    SELECT r.source, r.trunk, r.campaign, r.minute_at, r.most_lines, r.placed, r.refused
    FROM roll_lines r
    WHERE r.minute_at < time_bucket(INTERVAL 1 MINUTE, fresh_at())
    UNION ALL
    SELECT l.source, l.trunk, l.campaign, l.minute_at, l.most_lines, l.placed, l.refused
    FROM lines_between(greatest(fresh_at(), since), TIMESTAMPTZ '9999-01-01 00:00:00+00') l
)
SELECT
    m.source, m.trunk, m.minute_at AS minute,
    m.most_lines::BIGINT AS most_lines, m.placed::BIGINT AS placed, m.refused::BIGINT AS refused
FROM minutes m
WHERE m.minute_at > since::TIMESTAMPTZ - INTERVAL 1 MINUTE AND m.minute_at < until
  AND m.campaign = coalesce(of_campaign, '') AND (of_trunk IS NULL OR m.trunk = of_trunk)
ORDER BY m.trunk, m.minute_at;
