-- What came of the calls, kind by kind?
CREATE OR REPLACE MACRO kpi_outcomes(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
SELECT
    a.source, a.campaign, a.outcome,
    sum(a.calls)::BIGINT AS calls,
    sum(sum(a.calls)) OVER (PARTITION BY a.source, a.campaign)::BIGINT AS attempts,
    sum(a.calls) / sum(sum(a.calls)) OVER (PARTITION BY a.source, a.campaign) AS share_rate,
    any_value(a.answered) AS answered, any_value(a.person) AS person,
    any_value(a.connected) AS connected, any_value(a.abandoned) AS abandoned
FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
GROUP BY a.source, a.campaign, a.outcome
ORDER BY a.campaign, calls DESC, a.outcome;
