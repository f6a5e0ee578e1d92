-- Why were the agents on a break, and for how long?
CREATE OR REPLACE MACRO kpi_pauses(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool, t.reason,
    count(*) AS pauses,
    sum(seconds_between(greatest(t.from_at, since), least(t.to_at, until))) AS paused_s
FROM v_agent_time t
WHERE t.state = 'PAUSED' AND t.to_at > since AND t.from_at < until
  AND (of_pool IS NULL OR t.pool = of_pool)
GROUP BY t.source, t.pool, t.reason
ORDER BY t.pool, paused_s DESC, t.reason;
