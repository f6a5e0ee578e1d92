-- What each call that was placed adds to the costs of its quarter of an hour.
WITH mine AS (
    SELECT
        a.call, a.source, a.campaign, a.list, a.trunk, a.region, a.outcome, a.intended_at,
        a.placed_at, a.ringing_at, a.progress_at, a.answered, a.answered_at, a.ended_at, a.short, a.false_answer
    FROM v_attempts a
    WHERE a.placed AND {those}
),
word AS (
    SELECT d.call, split_part(arg_max(d.disposition, d.seq), '@', 1) AS disposition
    FROM dispositions d WHERE d.set_at >= {early} AND d.call IN (SELECT m.call FROM mine m) GROUP BY d.call
),
price AS (
    SELECT
        c.call, max(c.cost) AS cost, arg_max(c.prefix, c.cost) AS prefix,
        arg_max(c.currency, c.cost) AS currency, arg_max(c.billed_s, c.cost) AS billed_s,
        arg_max_null(c.amount, c.cost) AS amount
    FROM costs c WHERE c.rated_at >= {early} AND c.rated_at <= {as_of} AND c.call IN (SELECT m.call FROM mine m) GROUP BY c.call
)
SELECT
    m.source, m.campaign, m.list, m.trunk, m.region, m.outcome,
    p.prefix, p.currency, p.amount IS NULL AS unrated, coalesce(w.disposition = 'sale', false) AS sold,
    to_slot(m.intended_at) AS slot,
    1 AS calls,
    coalesce(p.billed_s, 0) AS charged_s,
    coalesce(p.amount, 0) AS amount,
    CASE WHEN m.answered THEN coalesce(us_between(m.answered_at, m.ended_at), 0) ELSE 0 END AS billed_us,
    m.short::INTEGER AS short,
    m.false_answer::INTEGER AS false_answers,
    coalesce(us_between(m.placed_at, coalesce(m.ringing_at, m.progress_at)), 0) AS delay_us,
    (coalesce(m.ringing_at, m.progress_at) IS NOT NULL)::INTEGER AS delays
FROM mine m
LEFT JOIN price p ON p.call = m.call
LEFT JOIN word w ON w.call = m.call
