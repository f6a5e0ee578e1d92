"""docs/lab.md leaves nothing out."""

import re
from pathlib import Path

import pytest

from sim.carrier.behaviours import VERBS, load
from sim.carrier.lab import DEFAULT_PORTS
from sim.carrier.log import CarrierCall

PAGE = (Path(__file__).parents[3] / "docs/lab.md").read_text()


@pytest.mark.parametrize("verb", VERBS)
def test_every_step_is_explained(verb):
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert any(re.search(rf"`{re.escape(verb)}[ `]", row.split("|")[1]) for row in rows)


@pytest.mark.parametrize("field", CarrierCall.__struct_fields__)
def test_every_field_of_the_log_is_explained(field):
    assert f"`{field}`" in PAGE


def test_its_ports_and_prefixes_are_those_of_the_lab():
    assert str(DEFAULT_PORTS.sip) in PAGE
    assert str(DEFAULT_PORTS.responder) in PAGE
    named = re.findall(r"`(\d{7})` ([a-z ]+)", PAGE)
    fixed = load().mix.fixed
    assert {prefix: name.replace(" ", "_") for prefix, name in named} == {
        prefix: fixed[prefix] for prefix, _ in named
    }
    assert len(named) == 4


def test_its_example_is_a_behaviour_of_the_lab():
    steps = load().behaviours["person_tune"].steps
    assert all(f'"{step}"' in PAGE for step in steps)
