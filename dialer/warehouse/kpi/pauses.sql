-- Why were the agents on a break, and for how long?
CREATE OR REPLACE MACRO kpi_pauses(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool, t.reason,
    sum(t.begun)::BIGINT AS pauses,
    sum(t.in_state_us) / 1e6 AS paused_s
FROM timed(since, until, of_pool) t
WHERE t.state = 'PAUSED'
GROUP BY t.source, t.pool, t.reason
ORDER BY t.pool, paused_s DESC, t.reason;
