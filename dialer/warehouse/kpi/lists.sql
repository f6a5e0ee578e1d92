-- How far is each list worked: leads dialled, contacted and done, per lead in it?
CREATE OR REPLACE MACRO kpi_lists() AS TABLE
WITH worked AS (
    SELECT
        l.source, l.list, count(*) AS leads,
        count(*) FILTER (WHERE l.attempts > 0) AS dialled,
        count(*) FILTER (WHERE l.state = 'done') AS done
    FROM leads l
    GROUP BY l.source, l.list
),
met AS (
    SELECT c.list, count(*) AS contacted
    FROM contacts c
    GROUP BY c.list
)
SELECT
    w.source, w.list, w.leads, w.dialled, coalesce(c.contacted, 0) AS contacted, w.done,
    w.dialled / w.leads AS penetration_rate,
    -- while a file is filled anew its leads come after its calls: until then there is no rate
    CASE WHEN coalesce(c.contacted, 0) <= w.dialled THEN coalesce(c.contacted, 0) / nullif(w.dialled, 0) END
        AS contact_rate,
    w.done / w.leads AS exhaustion_rate
FROM worked w
LEFT JOIN met c ON c.list = w.list
ORDER BY w.list;
