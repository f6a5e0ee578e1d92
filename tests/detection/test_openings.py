"""What was said right after the answer: told who it was, counted, taken away, learnt from."""

import io
import zipfile

import numpy as np
import pytest
import soundfile

from dialer.detection.manifest import load, rows
from dialer.detection.openings import Label, Openings, corrected
from dialer.detection.train import may_ship
from tests.audio.sounds import noise

A_MACHINE = Label(
    call="d1-1", label="machine", heard_as="human", campaign="spring", by="ida", at=9.0
)


@pytest.fixture
def openings(tmp_path):
    for call in ("d1-1", "d1-2"):
        soundfile.write(tmp_path / f"{call}.wav", noise(1.0, -30.0), 8000)
    return Openings(tmp_path)


def test_what_was_told_is_kept_apart_and_may_be_told_anew(openings, tmp_path):
    assert openings.tell(A_MACHINE)
    assert (tmp_path / "told/d1-1.wav").is_file()
    assert openings.file("d1-1") == tmp_path / "told/d1-1.wav"
    assert set(openings.calls()) == {"d1-1", "d1-2"}
    again = Label(
        call="d1-1", label="human", heard_as="human", campaign="spring", by="eva", at=10.0
    )
    assert openings.tell(again)
    assert openings.labels() == {"d1-1": again}


def test_of_what_is_not_there_nothing_is_told(openings, tmp_path):
    for call in ("d1-9", "../d1-1", "told/d1-1", ""):
        gone = Label(call=call, label="human", heard_as="", campaign="spring", by="eva", at=1.0)
        assert not openings.tell(gone)
        assert not openings.let_go(call)
    assert not (tmp_path / "told").exists()


def test_what_is_let_go_leaves_nothing(openings, tmp_path):
    openings.tell(A_MACHINE)
    assert openings.let_go("d1-1")
    assert (openings.labels(), list((tmp_path / "told").iterdir())) == ({}, [])


def test_the_zip_is_a_manifest_that_teaches(openings, tmp_path):
    openings.tell(A_MACHINE)
    openings.tell(Label(call="d1-2", label="human", heard_as="machine", campaign="autumn", by="eva",
                        at=9.0))  # fmt: skip
    out = io.BytesIO()
    assert openings.pack(out, only={"d1-1"}) == 1
    with zipfile.ZipFile(out) as zipped:
        assert sorted(zipped.namelist()) == ["d1-1.wav", "manifest.csv"]
        zipped.extractall(tmp_path / "taken")
    [row] = rows(tmp_path / "taken/manifest.csv")
    assert (row.phase, row.truth.label, row.truth.voice) == ("post", "machine", "d1-1")
    assert may_ship(row.truth)
    assert len(load(row).samples) == 8000
    assert np.abs(load(row).samples).max() > 0.0


def test_the_report_counts_who_was_wrong_by_the_openings():
    told = [
        A_MACHINE,
        Label(call="2", label="human", heard_as="human", campaign="spring", by="ida", at=9.0),
        Label(call="3", label="silence", heard_as="silence", campaign="spring", by="ida", at=9.0),
        Label(call="4", label="human", heard_as="ivr", campaign="spring", by="ida", at=9.0),
    ]
    machine, person = corrected(told)
    assert (machine.heard_as, machine.told, machine.wrong.hits, machine.by) == (
        "machine", 1, 1, "openings",
    )  # fmt: skip
    assert (person.heard_as, person.told, person.wrong.hits) == ("person", 3, 2)
