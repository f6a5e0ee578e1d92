-- What did pacing decide last, and why?
SELECT decided_at, n, level, bound, mode, ready, logged_in, ringing, waiting, lines_free, persons, abandoned,
    expected_free, expected_answers, chance, next_chance, chance_allowed
FROM v_pacing
WHERE decided_at >= $since AND decided_at < $until AND campaign = $campaign
ORDER BY seq DESC
LIMIT $rows OFFSET $skip
