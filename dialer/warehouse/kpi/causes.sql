-- By what cause did the calls of each trunk end, and what share of its calls was that?
CREATE OR REPLACE MACRO kpi_causes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
SELECT
    a.source, a.trunk, a.cause, a.sip, a.outcome,
    sum(a.calls)::BIGINT AS calls,
    sum(sum(a.calls)) OVER (PARTITION BY a.source, a.trunk)::BIGINT AS placed,
    sum(a.calls) / sum(sum(a.calls)) OVER (PARTITION BY a.source, a.trunk) AS share_rate
FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
WHERE a.placed
GROUP BY a.source, a.trunk, a.cause, a.sip, a.outcome
ORDER BY a.trunk, calls DESC, a.cause, a.outcome;
