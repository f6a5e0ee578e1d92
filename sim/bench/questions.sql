-- A month of made calls, by hash, the same every time; no journal is behind it. In the order of time, as a
-- loader would have brought them in: nine hours a day, four campaigns, agents for as many as are connected.
INSERT INTO campaign_versions BY NAME
SELECT
    'sim' AS source, 'campaign-' || c AS campaign, 1 AS version, TIMESTAMPTZ '2026-10-01 12:00:00+00' AS opened_at,
    'bench' AS user, 'pool-' || c AS pool, 'predictive' AS pacing, 1.0 AS ratio, 1000 AS lines, 100.0 AS calls_per_s,
    'trunk-0' AS trunk, ['+15550001111'] AS caller_ids, 28.0 AS ring_timeout_s, 0.03 AS abandon_cap,
    'day' AS account, 'greeting_end' AS clock, 2.0 AS connect_within_s, 'careful' AS detection, 'US' AS country,
    'hang_up' AS on_machine, '' AS message, 15.0 AS wrap_up_s, 1800.0 AS max_talk_s,
    ['America/New_York', 'America/Chicago', 'Asia/Shanghai', 'Asia/Kolkata'][c + 1] AS zone,
    'dialling' AS begins, 'on' AS recording
FROM range(4) r(c)
WHERE $low = 0;

INSERT INTO attempts BY NAME
WITH drawn AS (
    SELECT
        n, $days AS days,
        hash(n) % 1000 AS luck,
        hash(n + 11) % 40 AS place,
        hash(n + 1) % greatest($rows // 3, 1) AS part,
        TIMESTAMPTZ '2026-10-01 13:00:00+00' + to_seconds(
            ((n * $days) // $rows) * 86400 + (((n * $days) % $rows) / $rows) * 32400
        ) AS began
    FROM range($low, $high) r(n)
)
SELECT
    4 * n + 1 AS seq, 'd1-' || n AS call, part::VARCHAR AS lead,
    'list-' || (part % 12) AS list, 'campaign-' || (part % 4) AS campaign, 1 AS version,
    'pool-' || (part % 4) AS pool, 1 AS attempt, 'key-' || part AS number_key,
    '+1555•••0000' AS masked, 'US-' || (place % 10) AS region, 'trunk-' || (part % 3) AS trunk,
    '+1555000' || (1000 + hash(n + 13) % 20) AS caller_id, 'predictive' AS mode, 'sim' AS source, 1 AS epoch,
    began AS intended_at, began + INTERVAL 30 MILLISECONDS AS placed_at,
    CASE WHEN luck < 880 THEN began + to_milliseconds(800 + (hash(n + 17) % 4000)::BIGINT) END AS ringing_at,
    CASE WHEN luck < 500 THEN began + to_milliseconds(5000 + (hash(n + 19) % 8000)::BIGINT) END AS answered_at,
    CASE WHEN luck < 500 THEN began + to_milliseconds(13100 + (hash(n + 23) % 2000)::BIGINT) END AS verdict_at,
    CASE WHEN luck < 240 THEN began + INTERVAL 15200 MILLISECONDS END AS bridged_at,
    CASE WHEN luck < 240 THEN began + to_milliseconds(15240 + (hash(n + 29) % 80)::BIGINT) END AS agent_heard_at,
    CASE
        WHEN luck < 240 THEN began + to_seconds(20 + (hash(n + 5) % 200)::BIGINT)
        WHEN luck < 500 THEN began + INTERVAL 16 SECONDS
        WHEN luck < 880 THEN began + INTERVAL 28 SECONDS
        ELSE began + INTERVAL 2 SECONDS
    END AS ended_at,
    CASE
        WHEN luck < 240 THEN $connected WHEN luck < 246 THEN $abandoned WHEN luck < 500 THEN $machine
        WHEN luck < 800 THEN $no_answer WHEN luck < 960 THEN $busy ELSE $congestion
    END AS outcome,
    '' AS early, CASE WHEN luck < 246 THEN 'human' WHEN luck < 500 THEN $machine ELSE '' END AS verdict,
    '' AS verdict_cause,
    CASE WHEN luck < 500 THEN 16 WHEN luck < 800 THEN 19 WHEN luck < 960 THEN 17 ELSE 34 END AS cause,
    CASE WHEN luck BETWEEN 500 AND 799 THEN 'dialer' ELSE 'customer' END AS ended_by,
    CASE WHEN luck BETWEEN 790 AND 799 THEN 'heard announcement' ELSE '' END AS why,
    'events' AS witness, 'out' AS direction
FROM drawn;

INSERT INTO legs
SELECT
    a.seq, a.call, 1 AS leg,
    'agent-' || substr(a.pool, 6) || '-' || ((a.seq // 4) % ($agents // 4)) AS agent, a.bridged_at, a.ended_at,
    []::TIMESTAMPTZ[], []::TIMESTAMPTZ[]
FROM attempts a
WHERE a.bridged_at IS NOT NULL AND a.seq > 4 * $low AND a.seq <= 4 * $high
ORDER BY a.seq;

INSERT INTO agent_states
SELECT
    l.seq + 1, 'sim', l.agent, a.pool, s.state, CASE WHEN s.state = 'PAUSED' THEN 'coffee' ELSE '' END,
    CASE WHEN s.state IN ('TALKING', 'WRAP_UP') THEN l.call ELSE '' END,
    CASE WHEN s.state IN ('TALKING', 'WRAP_UP') THEN a.campaign ELSE '' END,
    s.from_at, s.to_at
FROM legs l
JOIN attempts a ON a.seq = l.seq,
LATERAL (VALUES
    ('READY', l.bridged_at - INTERVAL 20 SECONDS, l.bridged_at),
    ('TALKING', l.bridged_at, l.ended_at),
    ('WRAP_UP', l.ended_at, l.ended_at + INTERVAL 15 SECONDS),
    (CASE WHEN hash(l.seq) % 30 = 0 THEN 'PAUSED' ELSE 'READY' END,
     l.ended_at + INTERVAL 15 SECONDS, l.ended_at + INTERVAL 40 SECONDS)
) s(state, from_at, to_at)
WHERE l.seq > 4 * $low AND l.seq <= 4 * $high
ORDER BY l.seq;

INSERT INTO dispositions
SELECT
    l.seq + 2, 'sim', l.call, a.lead, a.campaign, l.agent,
    ['sale', 'not_interested', 'no_time', $machine, 'callback@1795500000', 'wrong_person'][1 + (hash(l.seq + 1) % 6)::INTEGER],
    l.ended_at + INTERVAL 12 SECONDS
FROM legs l
JOIN attempts a ON a.seq = l.seq
WHERE l.seq > 4 * $low AND l.seq <= 4 * $high
ORDER BY l.seq;

INSERT INTO recordings
SELECT
    l.seq + 2, 'sim', l.call, a.campaign, l.ended_at + INTERVAL 3 SECONDS, 'sim/' || l.call || '.wav', '',
    60, 60, 960000, -20, -20
FROM legs l
JOIN attempts a ON a.seq = l.seq
WHERE l.seq > 4 * $low AND l.seq <= 4 * $high
ORDER BY l.seq;

INSERT INTO pacing_decisions BY NAME
SELECT
    a.seq + 3 AS seq, 'sim' AS source, a.intended_at AS decided_at, a.pool, a.campaign, 'predictive' AS mode,
    3 AS ready, 100 AS logged_in, 0 AS waiting, 40 AS ringing, 500 AS lines_free, 100000 AS leads_left,
    0.24 AS answer_rate, 1000 AS persons, 20 AS abandoned, 4 AS n, 1.5 AS level,
    ['agents', 'cap', 'lines', 'calls_per_s'][1 + (hash(a.seq + 5) % 4)::INTEGER] AS bound, 0.03 AS worst_rate, 0 AS owed
FROM attempts a
WHERE (a.seq // 4) % 4 = 0 AND a.seq > 4 * $low AND a.seq <= 4 * $high
ORDER BY a.seq;

INSERT INTO costs
SELECT
    a.seq // 4 + 1, 'sim', a.call, 'telecom', 1, '1555' || (hash(a.seq // 4 + 11) % 40),
    CASE WHEN a.answered_at IS NULL THEN 0 ELSE 60 * ceil(date_diff('second', a.answered_at, a.ended_at) / 60) END,
    CASE WHEN a.answered_at IS NULL THEN 0 ELSE 0.012 * ceil(date_diff('second', a.answered_at, a.ended_at) / 60) END,
    'USD', a.ended_at + INTERVAL 1 SECOND, false
FROM attempts a
WHERE a.seq > 4 * $low AND a.seq <= 4 * $high
ORDER BY a.seq;
