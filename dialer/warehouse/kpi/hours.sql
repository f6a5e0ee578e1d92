-- When do people answer? By weekday and hour of the campaign's clock: people per call placed, and at least how many (Wilson's lower bound, 95 %)
CREATE OR REPLACE MACRO kpi_hours(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL
) AS TABLE
WITH counted AS (
    SELECT
        a.source, a.campaign,
        isodow(a.intended_at AT TIME ZONE a.zone)::INTEGER AS weekday,
        hour(a.intended_at AT TIME ZONE a.zone)::INTEGER AS hour,
        count(*) AS placed,
        count(*) FILTER (WHERE a.answered) AS answered,
        count(*) FILTER (WHERE a.person) AS persons,
        count(*) FILTER (WHERE a.connected) AS connected
    FROM v_attempts a
    WHERE a.placed AND a.intended_at >= since AND a.intended_at < until
      AND (of_campaign IS NULL OR a.campaign = of_campaign)
      AND (of_list IS NULL OR a.list = of_list) AND (of_trunk IS NULL OR a.trunk = of_trunk)
    GROUP BY a.source, a.campaign, weekday, hour
)
SELECT
    c.*,
    c.answered / c.placed AS answer_rate,
    c.persons / c.placed AS person_rate,
    (c.persons / c.placed + 3.8416 / (2 * c.placed) - 1.96 * sqrt(
        c.persons / c.placed * (1 - c.persons / c.placed) / c.placed + 3.8416 / (4 * c.placed * c.placed)
    )) / (1 + 3.8416 / c.placed) AS person_least_rate
FROM counted c
ORDER BY c.campaign, c.weekday, c.hour;
