-- How did abandonment go, day by day of the campaign's time zone?
CREATE OR REPLACE MACRO kpi_abandonment_by_day(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_campaign := NULL
) AS TABLE
SELECT d.source, d.campaign, d.day, d.abandoned, d.persons, d.abandon_rate, d.abandon_cap
FROM v_abandonment d
WHERE CAST(d.day AS TIMESTAMP) AT TIME ZONE d.zone < until
  AND CAST(d.day + 1 AS TIMESTAMP) AT TIME ZONE d.zone > since
  AND (of_campaign IS NULL OR d.campaign = of_campaign)
ORDER BY d.campaign, d.day;
