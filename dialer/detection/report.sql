-- Who was taken for what, campaign by campaign, where an agent has said of the call who it was?
-- `machine` is the agent's word for a machine; any other word means that a person was there. A verdict
-- that says nothing of who answered (silence) cannot be wrong and is left out.
SELECT
    campaign,
    CASE WHEN k.machine THEN 'machine' ELSE 'person' END AS heard_as,
    count(*) AS calls,
    count(*) FILTER (disposition IS NOT NULL) AS told,
    count(*) FILTER (disposition = 'machine') AS machines,
    count(*) FILTER (disposition <> 'machine') AS persons
FROM v_calls c
JOIN verdict_kinds k ON k.verdict = c.verdict
WHERE direction = 'out' AND answered AND k.machine IS NOT NULL
GROUP BY ALL
ORDER BY campaign, heard_as
