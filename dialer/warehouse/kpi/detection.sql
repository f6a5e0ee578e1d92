-- Who answered, as the listener heard it, how soon it knew, and how often agents have said otherwise? (of the calls of which an agent said who it was; a verdict that names nobody, as silence, cannot be wrong)
CREATE OR REPLACE MACRO kpi_detection(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH delays AS (
    SELECT d.source, d.campaign, d.verdict, d.step, sum(d.calls) AS calls
    FROM lasting(since, until, of_campaign, of_list, of_trunk, together) d
    WHERE d.measure = 'verdict'
    GROUP BY ALL
),
known AS (
    SELECT
        r.source, r.campaign, r.verdict,
        quantile_at(0.5, r.step, r.upto, r.calls) AS p50_s,
        quantile_at(0.95, r.step, r.upto, r.calls) AS p95_s
    FROM ranked('delays') r
    GROUP BY ALL
),
heard AS (
    SELECT
        w.source, w.campaign, w.verdict, w.calls,
        v.machine AS as_machine,
        w.disposition <> '' AS told,
        coalesce(d.machine, false) AS said_machine
    FROM worded(since, until, of_campaign, of_list, of_trunk, together) w
    LEFT JOIN verdict_kinds v ON v.verdict = w.verdict
    LEFT JOIN outcomes d ON d.outcome = w.disposition
    WHERE w.direction = 'out' AND w.answered
)
SELECT
    h.source, h.campaign, h.verdict, any_value(h.as_machine) AS as_machine,
    sum(h.calls)::BIGINT AS calls,
    sum(sum(h.calls)) OVER (PARTITION BY h.source, h.campaign)::BIGINT AS answered,
    sum(h.calls) / sum(sum(h.calls)) OVER (PARTITION BY h.source, h.campaign) AS share_rate,
    any_value(k.p50_s) AS verdict_p50_s,
    any_value(k.p95_s) AS verdict_p95_s,
    total(h.calls, h.told) AS told,
    total(h.calls, h.told AND h.said_machine <> h.as_machine) AS wrong,
    total(h.calls, h.told AND h.said_machine <> h.as_machine)
        / nullif(total(h.calls, h.told AND h.as_machine IS NOT NULL), 0) AS wrong_rate
FROM heard h
LEFT JOIN known k ON k.source = h.source AND k.campaign = h.campaign AND k.verdict = h.verdict
GROUP BY h.source, h.campaign, h.verdict
HAVING sum(h.calls) > 0
ORDER BY h.campaign, calls DESC, h.verdict;
