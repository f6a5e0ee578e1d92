-- How much of their logged-in time did the agents work? (talk + hold + wrap-up) / logged in, breaks included
CREATE OR REPLACE MACRO kpi_utilisation(
    since := TIMESTAMPTZ '-infinity', until := TIMESTAMPTZ 'infinity', of_pool := NULL
) AS TABLE
SELECT
    t.source, t.pool,
    count(DISTINCT t.agent) AS agents,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0) AS handling_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.present), 0) AS logged_in_s,
    coalesce(sum(t.in_state_s) FILTER (WHERE t.handling), 0)
        / nullif(sum(t.in_state_s) FILTER (WHERE t.present), 0) AS utilisation_rate
FROM kpi_agent_time(since, until, of_pool) t
GROUP BY GROUPING SETS ((t.source, t.pool), (t.source))
ORDER BY t.pool NULLS LAST;
