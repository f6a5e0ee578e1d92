-- How many calls were placed, answered, connected and abandoned, minute by minute?
CREATE OR REPLACE MACRO kpi_over_time(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL,
    minutes := 1, together := NULL
) AS TABLE
-- By quarters of an hour where that is fine enough; else, minute by minute, of the calls themselves.
WITH slots AS (
    SELECT
        a.source, a.campaign, slot_at(a.slot) AS minute,
        total(a.calls, a.placed) AS placed, total(a.calls, a.answered) AS answered,
        total(a.calls, a.connected) AS connected, total(a.calls, a.abandoned) AS abandoned
    FROM counted(since, until, of_campaign, NULL, NULL, together) a
    WHERE minutes % 15 = 0
    GROUP BY a.source, a.campaign, a.slot
    UNION ALL
    SELECT
        a.source, called(a.campaign, together), time_bucket(INTERVAL 1 MINUTE, a.intended_at) AS minute,
        count(*) FILTER (WHERE a.placed), count(*) FILTER (WHERE a.answered),
        count(*) FILTER (WHERE a.connected), count(*) FILTER (WHERE a.abandoned)
    FROM v_attempts a
    WHERE minutes % 15 <> 0 AND a.intended_at >= since AND a.intended_at < until
      AND asked(a.campaign, of_campaign, together)
    GROUP BY ALL
)
SELECT s.* FROM slots s ORDER BY s.campaign, s.minute;
