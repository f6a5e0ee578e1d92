"""A floor for pacers alone: no telephones, no journal, only what a dialer can see.

It is not the twin: nothing of the engine runs here but the pacer. So a day takes seconds, and other
people's rules can be measured beside ours on the same people.
"""
