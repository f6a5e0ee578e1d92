-- What were a campaign's calls, its agents and its list like, these days?
WITH calls AS (
    SELECT * FROM v_attempts
    WHERE placed AND campaign = $campaign AND intended_at >= $since AND intended_at < $until
),
times AS (
    SELECT * FROM v_agent_time WHERE pool = $pool AND to_at > $since AND from_at < $until
)
SELECT
    c.calls, c.persons, c.answer_rate, c.machine_rate, c.ring_s, c.talk_s, t.wrap_up_s, t.look_s,
    a.agents, l.leads
FROM (
    SELECT
        count(*) AS calls,
        count(*) FILTER (WHERE person) AS persons,
        count(*) FILTER (WHERE person) / nullif(count(*), 0) AS answer_rate,
        count(*) FILTER (WHERE machine) / nullif(count(*), 0) AS machine_rate,
        avg(seconds_between(placed_at, answered_at)) FILTER (WHERE person) AS ring_s,
        avg(talk_s) FILTER (WHERE connected) AS talk_s
    FROM calls
) c, (
    SELECT
        avg(in_state_s) FILTER (WHERE state = 'WRAP_UP') AS wrap_up_s,
        avg(in_state_s) FILTER (WHERE state = 'PREVIEW') AS look_s
    FROM times
) t, (
    SELECT max(there) AS agents FROM (
        SELECT day, count(DISTINCT agent) AS there FROM times WHERE handling OR free GROUP BY day
    )
) a, (
    SELECT count(*) AS leads FROM v_leads WHERE NOT done AND list IN (SELECT unnest($lists))
) l
