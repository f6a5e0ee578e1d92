-- How many seconds of line did hearing before the answer save? (against ringing until the time-out)
CREATE OR REPLACE MACRO kpi_line_saved(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
SELECT
    a.source, called(a.campaign, together) AS campaign, a.early, a.outcome,
    count(*) AS calls,
    sum(greatest(v.ring_timeout_s - seconds_between(a.placed_at, a.hang_up_at), 0)) AS saved_s
FROM v_attempts a
JOIN campaign_versions v
    ON v.source = a.source AND v.campaign = a.campaign AND v.version = a.version
WHERE a.intended_at >= since AND a.intended_at < until
  AND asked(a.campaign, of_campaign, together)
  AND starts_with(a.why, 'heard ') AND a.answered_at IS NULL
GROUP BY ALL
ORDER BY campaign, saved_s DESC, a.outcome;
