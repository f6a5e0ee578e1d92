-- How many of the calls placed were let alone, unanswered, because no agent was free for whoever might answer?
CREATE OR REPLACE MACRO kpi_let_alone(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    sum(a.let_alone)::BIGINT AS let_alone,
    sum(a.calls)::BIGINT AS placed,
    sum(a.let_alone) / sum(a.calls) AS let_alone_rate
FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
WHERE a.placed
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
