-- How long each call kept a line of its trunk, and which caller id it showed.
SELECT
    a.source, a.campaign, a.trunk, a.caller_id,
    to_slot(a.intended_at) AS slot,
    coalesce(us_between(a.placed_at, a.ended_at), 0) AS line_us
FROM v_attempts a
WHERE a.placed AND {those}
