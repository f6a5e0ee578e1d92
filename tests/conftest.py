"""What holds for every test: nothing is judged by the clock of a machine that others use too."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
