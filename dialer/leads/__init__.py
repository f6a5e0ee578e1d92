"""People to reach: how their numbers are read, when they are due, who must not be called."""
