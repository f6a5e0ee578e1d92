-- What did the agents record, and for what share of the calls that were connected, or of which one recorded something?
CREATE OR REPLACE MACRO kpi_dispositions(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
SELECT
    w.source, w.campaign, nullif(w.disposition, '') AS disposition,
    sum(w.calls)::BIGINT AS calls,
    sum(sum(w.calls)) OVER (PARTITION BY w.source, w.campaign)::BIGINT AS of_calls,
    sum(w.calls) / sum(sum(w.calls)) OVER (PARTITION BY w.source, w.campaign) AS share_rate
FROM worded(since, until, of_campaign, of_list, of_trunk, together) w
WHERE w.direction = 'out' AND (w.connected OR w.disposition <> '')
GROUP BY w.source, w.campaign, w.disposition
HAVING sum(w.calls) > 0
ORDER BY w.campaign, calls DESC, disposition NULLS LAST;
