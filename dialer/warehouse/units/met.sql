-- What each call that an agent got adds: whom the agent met, and how long a person had waited.
WITH mine AS (
    SELECT
        a.call, a.source, a.campaign, a.version, a.list, a.trunk, a.machine, a.intended_at,
        a.answer_to_agent_s, us_between(a.bridged_at, a.ended_at) AS talk_us
    FROM v_attempts a
    WHERE a.bridged_at IS NOT NULL AND {those}
),
word AS (
    SELECT d.call, split_part(arg_max(d.disposition, d.seq), '@', 1) AS disposition
    FROM dispositions d WHERE d.set_at >= {early} AND d.call IN (SELECT m.call FROM mine m) GROUP BY d.call
),
known AS (
    SELECT m.*, coalesce(CASE WHEN w.disposition <> '' THEN coalesce(o.machine, false) END, m.machine, false) AS met_machine
    FROM mine m
    LEFT JOIN word w ON w.call = m.call
    LEFT JOIN outcomes o ON o.outcome = w.disposition
)
SELECT
    k.source, k.campaign, k.version, k.list, k.trunk, k.met_machine AS machine,
    CASE WHEN NOT k.met_machine AND k.answer_to_agent_s IS NOT NULL THEN to_step(k.answer_to_agent_s) END AS step,
    to_slot(k.intended_at) AS slot,
    1 AS calls,
    k.talk_us
FROM known k
