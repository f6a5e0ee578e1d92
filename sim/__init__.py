"""The worlds a dialer can be tried in: a SimPy one, and a telephone network of real audio."""
