"""Before a campaign starts: what its agents, its list and its cap will come to, mode by mode.

`question` is what is asked, `recent` fills it from a campaign's last days, `reckon` lives the days,
`answer` is what they came to, `advice` what follows for whoever decides. `job` lets the board ask
in a process of its own.
"""
