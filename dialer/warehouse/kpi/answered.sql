-- How many of the calls placed were answered, by whomever?
CREATE OR REPLACE MACRO kpi_answered(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    total(a.calls, a.answered) AS answered,
    total(a.calls, a.placed) AS placed,
    total(a.calls, a.answered) / nullif(total(a.calls, a.placed), 0) AS answer_rate
FROM counted(since, until, of_campaign, NULL, NULL, together) a
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
