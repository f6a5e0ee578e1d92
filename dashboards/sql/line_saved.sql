-- How long were lines free earlier because something was heard before the answer?
SELECT early, outcome, calls, saved_s
FROM kpi_line_saved($since, $until, $campaign, together := $together)
ORDER BY saved_s DESC, early, outcome
