-- How did abandonment go, day by day?
SELECT day, abandoned, persons, abandon_rate, abandon_cap
FROM kpi_abandonment_by_day($since, $until, $campaign)
ORDER BY day
