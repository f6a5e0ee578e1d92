-- Which calls ended last?
SELECT call, lead, placed_at, direction, masked, outcome, agent, disposition, ring_s, talk_s, cause, sip,
    CASE WHEN ended_by = 'dialer' AND why <> '' THEN why ELSE ended_by END AS call_end
FROM v_calls_newest($since, $until, $campaign, $rows)
ORDER BY ended_at DESC
