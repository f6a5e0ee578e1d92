-- Who answered, as the listener heard it, how soon it knew, and how often agents have said otherwise? (of the calls of which an agent said who it was)
CREATE OR REPLACE MACRO kpi_detection(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
WITH last_word AS (
    SELECT call, nullif(arg_max(disposition, seq), '') AS disposition FROM v_dispositions GROUP BY call
),
heard AS (
    SELECT
        a.source, a.campaign, a.verdict, a.verdict_s,
        coalesce(v.machine, false) AS as_machine,
        d.disposition IS NOT NULL AS told,
        coalesce(w.machine, false) AS said_machine
    FROM v_attempts a
    LEFT JOIN outcomes v ON v.outcome = a.verdict
    LEFT JOIN last_word d ON d.call = a.call
    LEFT JOIN outcomes w ON w.outcome = d.disposition
    WHERE a.answered AND a.intended_at >= since AND a.intended_at < until
      AND (of_campaign IS NULL OR a.campaign = of_campaign)
      AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
)
SELECT
    h.source, h.campaign, h.verdict, any_value(h.as_machine) AS as_machine,
    count(*) AS calls,
    sum(count(*)) OVER (PARTITION BY h.source, h.campaign)::BIGINT AS answered,
    count(*) / sum(count(*)) OVER (PARTITION BY h.source, h.campaign) AS share_rate,
    quantile_cont(h.verdict_s, 0.5) AS verdict_p50_s,
    quantile_cont(h.verdict_s, 0.95) AS verdict_p95_s,
    count(*) FILTER (WHERE h.told) AS told,
    count(*) FILTER (WHERE h.told AND h.said_machine <> h.as_machine) AS wrong,
    count(*) FILTER (WHERE h.told AND h.said_machine <> h.as_machine)
        / nullif(count(*) FILTER (WHERE h.told), 0) AS wrong_rate
FROM heard h
GROUP BY h.source, h.campaign, h.verdict
ORDER BY h.campaign, calls DESC, h.verdict;
