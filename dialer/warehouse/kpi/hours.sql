-- When do people answer? By weekday and hour of the campaign's clock: people per call placed, and at least how many (Wilson's lower bound, 95 %)
CREATE OR REPLACE MACRO kpi_hours(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    of_list := NULL, of_trunk := NULL, together := NULL
) AS TABLE
WITH slots AS (
    SELECT
        a.source, a.campaign, a.zone, a.slot,
        sum(a.calls)::BIGINT AS placed, total(a.calls, a.answered) AS answered,
        total(a.calls, a.person) AS persons, total(a.calls, a.connected) AS connected
    FROM counted(since, until, of_campaign, of_list, of_trunk, together) a
    WHERE a.placed
    GROUP BY a.source, a.campaign, a.zone, a.slot
),
hours AS (
    SELECT
        s.source, s.campaign,
        isodow(slot_at(s.slot) AT TIME ZONE s.zone)::INTEGER AS weekday,
        hour(slot_at(s.slot) AT TIME ZONE s.zone)::INTEGER AS hour,
        sum(s.placed)::BIGINT AS placed, sum(s.answered)::BIGINT AS answered,
        sum(s.persons)::BIGINT AS persons, sum(s.connected)::BIGINT AS connected
    FROM slots s
    GROUP BY s.source, s.campaign, weekday, hour
)
SELECT
    c.*,
    c.answered / c.placed AS answer_rate,
    c.persons / c.placed AS person_rate,
    (c.persons / c.placed + 3.8416 / (2 * c.placed) - 1.96 * sqrt(
        c.persons / c.placed * (1 - c.persons / c.placed) / c.placed + 3.8416 / (4 * c.placed * c.placed)
    )) / (1 + 3.8416 / c.placed) AS person_least_rate
FROM hours c
ORDER BY c.campaign, c.weekday, c.hour;
