"""What holds for every test: nothing is judged by the clock of a machine that others use too."""

import compileall
from pathlib import Path

import phonenumbers
from hypothesis import settings

GEODATA = Path(phonenumbers.__file__).parent / "geodata"
if not (GEODATA / "__pycache__").exists():
    # Where Python may not keep what it compiles, each process that parses a list would do it again.
    compileall.compile_dir(GEODATA, quiet=1)

settings.register_profile("house", deadline=None)
settings.load_profile("house")
