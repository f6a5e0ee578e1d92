-- What each call that somebody answered adds to what was heard, and to what its first agent recorded.
WITH mine AS (
    SELECT a.seq, a.call, a.source, a.direction, a.campaign, a.pool, a.list, a.trunk, a.outcome, a.verdict, a.intended_at
    FROM v_every_call a
    WHERE (a.answered OR a.bridged_at IS NOT NULL) AND {those}
),
word AS (
    SELECT d.call, split_part(arg_max(d.disposition, d.seq), '@', 1) AS disposition
    FROM dispositions d WHERE d.set_at >= {early} AND d.call IN (SELECT m.call FROM mine m) GROUP BY d.call
),
first_leg AS (
    SELECT l.seq, arg_min(l.agent, l.leg) AS agent
    FROM legs l WHERE NOT starts_with(l.agent, 'outside:') AND l.seq IN (SELECT m.seq FROM mine m) GROUP BY l.seq
)
SELECT
    m.source, m.direction, m.campaign, m.pool, m.list, m.trunk, m.outcome, m.verdict,
    coalesce(f.agent, '') AS agent, coalesce(w.disposition, '') AS disposition,
    to_slot(m.intended_at) AS slot,
    1 AS calls
FROM mine m
LEFT JOIN word w ON w.call = m.call
LEFT JOIN first_leg f ON f.seq = m.seq
