-- What have these agents done in their last shift? (it began where nothing of theirs goes before)
WITH intervals AS (
    SELECT agent, state, from_at, to_at, in_state_s, free,
        from_at IS DISTINCT FROM lag(to_at) OVER (PARTITION BY agent ORDER BY seq) AS begins
    FROM v_agent_time
    WHERE present AND list_contains($agents, agent) AND to_at > $since
),
began AS (
    SELECT agent, max(from_at) FILTER (begins) AS began_at, max(to_at) AS upto_at
    FROM intervals GROUP BY agent
),
times AS (
    SELECT agent,
        coalesce(sum(in_state_s) FILTER (free), 0) AS ready_s,
        coalesce(sum(in_state_s) FILTER (state IN ('TALKING', 'CONSULTING')), 0) AS talk_s,
        coalesce(sum(in_state_s) FILTER (state = 'HELD'), 0) AS hold_s,
        coalesce(sum(in_state_s) FILTER (state = 'WRAP_UP'), 0) AS wrap_up_s,
        coalesce(sum(in_state_s) FILTER (state = 'PAUSED'), 0) AS paused_s
    FROM intervals JOIN began USING (agent)
    WHERE from_at >= began_at
    GROUP BY agent
),
taken AS (
    SELECT agent, count(*) AS calls
    FROM v_legs JOIN began USING (agent)
    WHERE bridged_at >= began_at
    GROUP BY agent
),
last_word AS (
    SELECT agent, disposition AS word, callback_at
    FROM v_dispositions JOIN began USING (agent)
    WHERE set_at >= began_at
    QUALIFY row_number() OVER (PARTITION BY agent, call ORDER BY seq DESC) = 1
),
words AS (
    SELECT agent, word, count(*) AS calls, count(callback_at) AS callbacks
    FROM last_word WHERE word <> ''
    GROUP BY agent, word
),
said AS (
    SELECT agent, sum(callbacks)::BIGINT AS callbacks,
        list({'word': word, 'calls': calls} ORDER BY calls DESC, word) AS dispositions
    FROM words GROUP BY agent
)
SELECT agent, epoch(began_at) AS began_at, epoch(upto_at) AS upto_at,
    ready_s, talk_s, hold_s, wrap_up_s, paused_s, coalesce(calls, 0) AS calls,
    coalesce(callbacks, 0) AS callbacks, coalesce(dispositions, []) AS dispositions
FROM began
JOIN times USING (agent)
LEFT JOIN taken USING (agent)
LEFT JOIN said USING (agent)
