-- What each interval of a shift adds to its quarters of an hour, cut to a period.
SELECT
    p.source, p.pool, p.agent, p.state, p.campaign, p.reason, p.slot,
    us_between(greatest(p.from_at, slot_at(p.slot), {since}), least(p.to_at, slot_at(p.slot + 1), {until})) AS in_state_us,
    (p.slot = to_slot(p.from_at) AND p.from_at >= {since})::INTEGER AS begun
FROM (
    SELECT a.*, unnest(range(to_slot(a.from_at), to_slot(a.to_at) + 1))::INTEGER AS slot
    FROM agent_states a WHERE {those}
) p
WHERE least(p.to_at, slot_at(p.slot + 1), {until}) > greatest(p.from_at, slot_at(p.slot), {since})
    OR (p.from_at = p.to_at AND p.from_at >= {since} AND p.from_at < {until})
