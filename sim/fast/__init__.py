"""A fast twin for sweeps: a day of calls in milliseconds.

It knows less than the twin that runs the real engine: one campaign, agents who stay, and pacing
rules that look at nothing but counts. Within that it is the same day, call by call, as the SimPy
processes of `reference`, which a test holds it to.
"""
