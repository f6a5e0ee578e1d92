-- What each agent's part in a call adds to the agent's calls; a part outside is of whom handed it over.
SELECT
    c.source, c.campaign, c.pool,
    CASE WHEN starts_with(a.agent, 'outside:') THEN coalesce(b.agent, '') ELSE a.agent END AS agent,
    starts_with(a.agent, 'outside:') AS outside,
    to_slot(a.bridged_at) AS slot,
    1 AS calls
FROM legs a
JOIN attempts c ON c.seq = a.seq
LEFT JOIN legs b ON b.seq = a.seq AND b.leg = a.leg - 1 AND starts_with(a.agent, 'outside:')
WHERE {those}
