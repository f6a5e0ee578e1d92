-- How many of the people who answered could speak with an agent?
CREATE OR REPLACE MACRO kpi_connected(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    together := NULL
) AS TABLE
SELECT
    a.source, a.campaign,
    total(a.calls, a.connected) AS connected,
    total(a.calls, a.person) AS persons,
    total(a.calls, a.connected) / nullif(total(a.calls, a.person), 0) AS connect_rate
FROM counted(since, until, of_campaign, NULL, NULL, together) a
GROUP BY a.source, a.campaign
ORDER BY a.campaign;
