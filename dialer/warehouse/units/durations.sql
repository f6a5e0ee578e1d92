-- Each delay of which percentiles are told, in steps of 1 %: where so many calls fall.
SELECT
    d.source, d.campaign, d.list, d.trunk, d.m.measure AS measure,
    CASE WHEN d.m.of_verdict THEN d.verdict ELSE '' END AS verdict,
    to_step(d.m.lasted_s) AS step, d.slot, 1 AS calls
FROM (
    SELECT
        a.source, a.campaign, a.list, a.trunk, a.verdict, to_slot(a.intended_at) AS slot,
        unnest([
            {{'measure': 'post_dial', 'of_verdict': false, 'lasted_s': CASE WHEN a.placed THEN a.post_dial_delay_s END}},
            {{'measure': 'verdict', 'of_verdict': true, 'lasted_s': CASE WHEN a.answered THEN a.verdict_s END}},
            {{'measure': 'verdict_to_agent', 'of_verdict': false, 'lasted_s': CASE WHEN a.connected THEN a.verdict_to_agent_s END}},
            {{'measure': 'answer_to_agent', 'of_verdict': false, 'lasted_s': CASE WHEN a.connected THEN a.answer_to_agent_s END}}
        ]) AS m
    FROM v_attempts a
    WHERE {those}
) d
WHERE d.m.lasted_s IS NOT NULL
