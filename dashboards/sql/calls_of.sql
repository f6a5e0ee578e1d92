-- Which calls are those of a line of a table, the newest first?
SELECT placed_at, masked, list, trunk, outcome, agent, disposition, ring_s, talk_s, cause, sip,
    CASE WHEN ended_by = 'dialer' AND why <> '' THEN why ELSE ended_by END AS call_end, call,
    recording IS NOT NULL AS recorded
FROM v_calls_of(
    $since, $until, $campaign, $of_list, $of_trunk, $of_agent, $outcome, $disposition, $region,
    $cause, $call_end, $weekday, $hour, $together, $rows
)
ORDER BY placed_at DESC
