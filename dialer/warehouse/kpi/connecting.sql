-- What does it cost, and bring, not to wait until it is known who answered: how long did people wait for an agent, and how long were agents with machines? (of calls that an agent got; a machine: as the agent recorded, or else as heard)
CREATE OR REPLACE MACRO kpi_connecting(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH met AS (
    SELECT
        m.source, called(m.campaign, together) AS campaign, m.machine, m.step,
        CASE WHEN contains(v.detection, 'connect_first') THEN 'connect_first' ELSE 'detect_first' END AS connects,
        sum(m.calls)::BIGINT AS calls, sum(m.talk_us)::BIGINT AS talk_us
    FROM rolled_met(since, until) m
    JOIN v_campaign_versions v ON v.campaign = m.campaign AND v.version = m.version
    WHERE asked(m.campaign, of_campaign, together)
      AND (of_list IS NULL OR m.list = of_list) AND (of_trunk IS NULL OR m.trunk = of_trunk)
    GROUP BY ALL
),
delays AS (
    SELECT m.source, m.campaign, m.connects, m.step, sum(m.calls) AS calls
    FROM met m
    WHERE m.step IS NOT NULL
    GROUP BY ALL
),
waited AS (
    SELECT
        r.source, r.campaign, r.connects,
        quantile_at(0.5, r.step, r.upto, r.calls) AS p50_s,
        quantile_at(0.95, r.step, r.upto, r.calls) AS p95_s
    FROM ranked('delays') r
    GROUP BY ALL
)
SELECT
    m.source, m.campaign, m.connects,
    total(m.calls, NOT m.machine) AS people,
    any_value(w.p50_s) AS wait_p50_s,
    any_value(w.p95_s) AS wait_p95_s,
    total(m.calls, m.machine) AS machines,
    total(m.talk_us, m.machine) / 1e6 AS machines_s
FROM met m
LEFT JOIN waited w ON w.source = m.source AND w.campaign = m.campaign AND w.connects = m.connects
GROUP BY m.source, m.campaign, m.connects
HAVING sum(m.calls) > 0
ORDER BY m.campaign, m.connects;
