-- What does it cost, and bring, not to wait until it is known who answered: how long did people wait for an agent, and how long were agents with machines? (of calls that an agent got; a machine: as the agent recorded, or else as heard)
CREATE OR REPLACE MACRO kpi_connecting(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH met AS (
    SELECT
        a.call, a.source, called(a.campaign, together) AS campaign, a.machine AS heard_machine,
        CASE WHEN contains(v.detection, 'connect_first') THEN 'connect_first' ELSE 'detect_first' END AS connects,
        a.answer_to_agent_s, a.talk_s
    FROM v_attempts a
    JOIN campaign_versions v
        ON v.source = a.source AND v.campaign = a.campaign AND v.version = a.version
    WHERE a.intended_at >= since AND a.intended_at < until AND a.bridged_at IS NOT NULL
      AND asked(a.campaign, of_campaign, together)
      AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
),
word AS (
    SELECT d.call, split_part(arg_max(d.disposition, d.seq), '@', 1) AS disposition
    FROM dispositions d WHERE d.call IN (SELECT m.call FROM met m) GROUP BY d.call
),
known AS (
    SELECT m.*, coalesce(CASE WHEN w.disposition <> '' THEN coalesce(o.machine, false) END, m.heard_machine, false) AS machine
    FROM met m
    LEFT JOIN word w ON w.call = m.call
    LEFT JOIN outcomes o ON o.outcome = w.disposition
)
SELECT
    k.source, k.campaign, k.connects,
    count(*) FILTER (WHERE NOT k.machine) AS people,
    quantile_cont(k.answer_to_agent_s, 0.5) FILTER (WHERE NOT k.machine) AS wait_p50_s,
    quantile_cont(k.answer_to_agent_s, 0.95) FILTER (WHERE NOT k.machine) AS wait_p95_s,
    count(*) FILTER (WHERE k.machine) AS machines,
    coalesce(sum(k.talk_s) FILTER (WHERE k.machine), 0) AS machines_s
FROM known k
GROUP BY k.source, k.campaign, k.connects
ORDER BY k.campaign, k.connects;
