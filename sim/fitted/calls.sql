-- What became of each call of a campaign, and how long each part of it took?
SELECT
    seconds_between($since, placed_at) AS at_s,
    outcome, person, connected, abandoned, machine, ended_by,
    NOT answered AND why = 'no_agent' AS let_alone,
    seconds_between(placed_at, answered_at) AS rang_s,
    line_s, greeting_s, verdict_s, talk_s,
    speech_at IS NOT NULL AS spoke,
    seconds_between(answered_at, coalesce(bridged_at, message_at, ended_at)) AS waited_s
FROM v_attempts
WHERE placed AND campaign = $campaign AND placed_at >= $since AND placed_at < $until
ORDER BY placed_at
