-- How many lines were in use at once, minute by minute, at most, and how many calls did the carrier refuse?
CREATE OR REPLACE MACRO kpi_lines(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_trunk := NULL
) AS TABLE
WITH used AS (
    SELECT a.source, a.trunk, a.placed_at, a.ended_at, a.carrier_failed
    FROM v_every_call a
    WHERE a.placed AND a.ended_at > since AND a.placed_at < until
      AND (of_campaign IS NULL OR a.campaign = of_campaign)
      AND (of_trunk IS NULL OR a.trunk = of_trunk)
),
steps AS (
    SELECT u.source, u.trunk, u.placed_at AS at, 1 AS step, 1 AS placed, u.carrier_failed::INTEGER AS refused FROM used u
    UNION ALL
    SELECT u.source, u.trunk, u.ended_at, -1, 0, 0 FROM used u
),
level AS (
    SELECT
        s.source, s.trunk, s.at, s.placed, s.refused,
        sum(s.step) OVER (PARTITION BY s.source, s.trunk ORDER BY s.at, s.step ROWS UNBOUNDED PRECEDING) AS lines
    FROM steps s
)
SELECT
    l.source, l.trunk,
    time_bucket(INTERVAL 1 MINUTE, l.at) AS minute,
    max(l.lines)::BIGINT AS most_lines,
    sum(l.placed)::BIGINT AS placed,
    sum(l.refused)::BIGINT AS refused
FROM level l
WHERE l.at >= since AND l.at < until
GROUP BY l.source, l.trunk, minute
ORDER BY l.trunk, minute;
