-- On which day before a period did a campaign last place calls?
SELECT max(day) AS day
FROM kpi_abandonment_by_day(until := $since, of_campaign := $campaign)
