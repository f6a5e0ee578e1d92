-- How many people called the agents of a pool?
SELECT count(*) AS callers
FROM v_every_call
WHERE direction = 'in' AND pool = $pool AND intended_at >= $since AND intended_at < $until
