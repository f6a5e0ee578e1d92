-- Which prefixes of a carrier were answered of late, and how often?
SELECT prefix, answered FROM kpi_cost_prefixes($since, $until, $campaign)
WHERE trunk = $trunk AND prefix <> '' AND answered > 0
ORDER BY answered DESC, prefix
