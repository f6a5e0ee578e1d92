-- How far is each list worked?
SELECT list, leads, dialled, contacted, done, penetration_rate, contact_rate, exhaustion_rate
FROM kpi_lists()
ORDER BY list
