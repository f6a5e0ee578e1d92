-- How do the leads stand now: open, under way or done, and why, of all leads in the list?
CREATE OR REPLACE MACRO kpi_number_states() AS TABLE
SELECT
    l.source, l.list, l.state, l.why,
    count(*) AS leads,
    count(*) FILTER (WHERE l.attempts > 0) AS dialled,
    sum(count(*)) OVER (PARTITION BY l.source, l.list)::BIGINT AS of_leads,
    count(*) / sum(count(*)) OVER (PARTITION BY l.source, l.list) AS share_rate
FROM leads l
GROUP BY l.source, l.list, l.state, l.why
ORDER BY l.list, leads DESC, l.state, l.why;
