-- Which calls are those of a line of a table, the newest first?
SELECT placed_at, masked, list, trunk, outcome, agent, disposition, ring_s, talk_s, cause, sip, call,
    recording IS NOT NULL AS recorded
FROM v_calls
WHERE direction = 'out' AND placed_at >= $since AND placed_at < $until AND campaign = $campaign
    AND ($of_list::VARCHAR IS NULL OR list = $of_list) AND ($of_trunk::VARCHAR IS NULL OR trunk = $of_trunk)
    AND ($of_agent::VARCHAR IS NULL OR agent = $of_agent)
    AND ($outcome::VARCHAR IS NULL OR outcome = $outcome)
    AND ($disposition::VARCHAR IS NULL OR coalesce(disposition, '') = $disposition)
    AND ($region::VARCHAR IS NULL OR region = $region)
    AND ($cause::INTEGER IS NULL OR cause = $cause)
    AND ($weekday::INTEGER IS NULL OR isodow(placed_at AT TIME ZONE zone) = $weekday)
    AND ($hour::INTEGER IS NULL OR hour(placed_at AT TIME ZONE zone) = $hour)
ORDER BY placed_at DESC
LIMIT $rows
