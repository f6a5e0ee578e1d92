-- How far is each list worked: leads dialled, contacted and done, per lead in it?
CREATE OR REPLACE MACRO kpi_lists() AS TABLE
SELECT
    l.source, l.list,
    count(*) AS leads,
    count(*) FILTER (WHERE l.dialled) AS dialled,
    count(*) FILTER (WHERE l.contacted) AS contacted,
    count(*) FILTER (WHERE l.done) AS done,
    count(*) FILTER (WHERE l.dialled) / count(*) AS penetration_rate,
    count(*) FILTER (WHERE l.contacted) / nullif(count(*) FILTER (WHERE l.dialled), 0) AS contact_rate,
    count(*) FILTER (WHERE l.done) / count(*) AS exhaustion_rate
FROM v_leads l
GROUP BY l.source, l.list
ORDER BY l.list;
