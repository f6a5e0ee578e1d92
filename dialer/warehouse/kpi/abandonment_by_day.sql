-- How did abandonment go, day by day of the campaign's time zone?
CREATE OR REPLACE MACRO kpi_abandonment_by_day(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
WITH slots AS (
    SELECT
        a.source, a.campaign, a.zone, a.slot,
        total(a.calls, a.abandoned) AS abandoned, total(a.calls, a.accounted) AS persons,
        arg_max(a.abandon_cap, a.last_seq) AS abandon_cap, max(a.last_seq) AS last_seq
    FROM counted(since::TIMESTAMPTZ - INTERVAL 26 HOUR, until::TIMESTAMPTZ + INTERVAL 26 HOUR, of_campaign, NULL, NULL, NULL) a
    GROUP BY a.source, a.campaign, a.zone, a.slot
),
days AS (
    SELECT s.*, CAST(slot_at(s.slot) AT TIME ZONE s.zone AS DATE) AS day FROM slots s
)
SELECT
    d.source, d.campaign, d.day,
    sum(d.abandoned)::BIGINT AS abandoned, sum(d.persons)::BIGINT AS persons,
    sum(d.abandoned) / nullif(sum(d.persons), 0) AS abandon_rate,
    arg_max(d.abandon_cap, d.last_seq) AS abandon_cap
FROM days d
WHERE CAST(d.day AS TIMESTAMP) AT TIME ZONE d.zone < until
  AND CAST(d.day + 1 AS TIMESTAMP) AT TIME ZONE d.zone > since
GROUP BY d.source, d.campaign, d.day
ORDER BY d.campaign, d.day;
