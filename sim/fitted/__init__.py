"""A scenario fitted to what really happened: a day's CDRs and agents' times, as the twin's laws."""
