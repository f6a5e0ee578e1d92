-- Which leads does a list hold, by their ids, after this page?
SELECT lead FROM leads
WHERE list = :list AND lead > :after
  AND (:state = '' OR state = :state) AND (:why = '' OR why = :why)
ORDER BY lead LIMIT :n
