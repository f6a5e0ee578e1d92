"""The mind: events in, commands out. Nothing here reads a clock, a file or a socket."""
