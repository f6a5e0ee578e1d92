-- Which numbers has a lead, as they were sealed?
SELECT digits FROM numbers WHERE lead = :lead ORDER BY pos
