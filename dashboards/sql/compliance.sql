-- What of a campaign do regulators ask for, as counted?
SELECT persons, abandoned, abandon_rate, abandon_cap, days, days_over, unconnected, messages, messages_in_time,
    given_up, short_rings, most_a_day, opted_out
FROM kpi_compliance($since, $until, $campaign)
