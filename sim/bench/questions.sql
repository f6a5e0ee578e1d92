-- A month of made calls: so many rows, by hash, the same every time. No journal is behind it.
INSERT INTO attempts BY NAME
WITH drawn AS (
    SELECT
        n,
        hash(n) % 1000 AS luck,
        hash(n + 7) % 100 AS part,
        TIMESTAMPTZ '2026-10-01 13:00:00+00' + to_seconds(
            ((n * 30) // $rows) * 86400 + (hash(n + 3) % 36000)::BIGINT
        ) AS began
    FROM range($rows) r(n)
)
SELECT
    n AS seq, 'd1-' || n AS call, (hash(n + 1) % greatest($rows // 3, 1))::VARCHAR AS lead,
    'list-' || (part % 12) AS list, 'campaign-' || (part % 4) AS campaign, 1 AS version,
    'pool-' || (part % 4) AS pool, 1 AS attempt, md5((hash(n + 1) % greatest($rows // 3, 1))::VARCHAR) AS number_key,
    '+1555•••0000' AS masked, 'US' AS region, 'trunk-' || (part % 3) AS trunk,
    '+15550001111' AS caller_id, 'predictive' AS mode, 'sim' AS source, 1 AS epoch,
    began AS intended_at, began + INTERVAL 30 MILLISECONDS AS placed_at,
    CASE WHEN luck < 880 THEN began + INTERVAL 2 SECONDS END AS ringing_at,
    CASE WHEN luck < 500 THEN began + INTERVAL 9 SECONDS END AS answered_at,
    CASE WHEN luck < 500 THEN began + INTERVAL 10 SECONDS END AS verdict_at,
    CASE WHEN luck < 240 THEN began + INTERVAL 10 SECONDS END AS bridged_at,
    CASE WHEN luck < 240 THEN began + INTERVAL 10 SECONDS + INTERVAL 40 MILLISECONDS END AS agent_heard_at,
    CASE
        WHEN luck < 240 THEN began + to_seconds(20 + (hash(n + 5) % 200)::BIGINT)
        WHEN luck < 500 THEN began + INTERVAL 15 SECONDS
        WHEN luck < 880 THEN began + INTERVAL 28 SECONDS
        ELSE began + INTERVAL 2 SECONDS
    END AS ended_at,
    CASE
        WHEN luck < 240 THEN $connected WHEN luck < 246 THEN $abandoned WHEN luck < 500 THEN $machine
        WHEN luck < 800 THEN $no_answer WHEN luck < 960 THEN $busy ELSE $congestion
    END AS outcome,
    '' AS early, CASE WHEN luck < 246 THEN 'human' WHEN luck < 500 THEN $machine ELSE '' END AS verdict,
    '' AS verdict_cause, CASE WHEN luck < 500 THEN 16 ELSE 17 END AS cause, 'customer' AS ended_by,
    '' AS why, 'events' AS witness, 'out' AS direction
FROM drawn
