-- What each call adds to the counts of its quarter of an hour.
SELECT
    a.source, a.direction, a.campaign, a.version, a.pool, a.list, a.trunk, a.outcome,
    a.cause, a.sip, a.placed, a.rang,
    a.mode IN ('manual', 'callback') AS by_hand,
    to_slot(a.intended_at) AS slot,
    1 AS calls,
    CASE WHEN a.placed THEN coalesce(us_between(a.placed_at, a.ended_at), 0) ELSE 0 END AS line_us,
    CASE WHEN a.connected THEN coalesce(us_between(a.bridged_at, a.ended_at), 0) ELSE 0 END AS talk_us,
    CASE WHEN a.answered THEN coalesce(us_between(a.answered_at, a.ended_at), 0) ELSE 0 END AS billed_us,
    a.short::INTEGER AS short,
    a.false_answer::INTEGER AS false_answers,
    (a.abandoned AND NOT a.connected AND a.message_at IS NOT NULL)::INTEGER AS messages,
    coalesce(a.abandoned AND NOT a.connected AND seconds_between(
        coalesce(a.greeting_end_at, a.verdict_at, a.answered_at), a.message_at
    ) <= a.connect_within_s, false)::INTEGER AS messages_in_time,
    (a.placed AND a.rang AND NOT a.answered AND a.ended_by = 'dialer')::INTEGER AS given_up,
    coalesce(a.placed AND a.rang AND NOT a.answered AND a.ended_by = 'dialer'
        AND seconds_between(coalesce(a.ringing_at, a.progress_at, a.early_at), a.ended_at) < 15
        AND NOT starts_with(a.why, 'heard '), false)::INTEGER AS short_rings,
    (a.placed AND NOT a.answered AND a.why = 'no_agent')::INTEGER AS let_alone,
    a.seq AS last_seq
FROM v_every_call a
WHERE {those}
