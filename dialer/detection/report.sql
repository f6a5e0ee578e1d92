-- Who was taken for what, campaign by campaign, where an agent has said of the call who it was?
-- `machine` is the agent's word for a machine; any other word means that a person was there.
SELECT
    campaign,
    CASE WHEN verdict IN ('machine', 'ivr', 'fax') THEN 'machine' ELSE 'person' END AS heard_as,
    count(*) AS calls,
    count(*) FILTER (disposition IS NOT NULL) AS told,
    count(*) FILTER (disposition = 'machine') AS machines,
    count(*) FILTER (disposition <> 'machine') AS persons
FROM v_calls
WHERE direction = 'out' AND answered AND verdict <> ''
GROUP BY ALL
ORDER BY campaign, heard_as
