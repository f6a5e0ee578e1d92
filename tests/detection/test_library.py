"""The folder of known announcements: what goes in, what is refused, what the listeners load."""

import numpy as np
import pytest
import soundfile

from dialer import __main__ as command_line
from dialer.detection.library import Card, Refused, Shelf, loaded, stamp
from dialer.errors import SettingsError
from tests.audio.sounds import silence, voice

OFF, VACANT = voice(2.0, seed=3), voice(2.5, seed=4)


def card(name, kind):
    return Card(name=name, kind=kind, carrier="example", added_at=1.0, added_by="ann")


def test_a_prompt_is_kept_with_its_card_and_its_sound(tmp_path):
    shelf = Shelf(tmp_path / "prompts")
    before = stamp(shelf.compiled)
    added = shelf.add(card("off", "powered_off"), np.concatenate([silence(0.5), OFF]))
    assert shelf.cards() == [added]
    assert added.seconds == pytest.approx(2.0, abs=0.1)  # the silence before it is not kept
    assert soundfile.info(shelf.sound_of("off")).duration == pytest.approx(added.seconds, abs=0.01)
    assert stamp(shelf.compiled) != before
    [prompt] = loaded(shelf.compiled).prompts
    assert (prompt.name, prompt.kind) == ("off", "powered_off")


def test_what_is_removed_leaves_no_trace_in_the_others(tmp_path):
    shelf = Shelf(tmp_path / "prompts")
    shelf.add(card("off", "powered_off"), OFF)
    alone = loaded(shelf.compiled)
    shelf.add(card("vacant", "vacant"), np.concatenate([OFF[:12_000], VACANT]))
    assert loaded(shelf.compiled).prompts[0].rivals.max() > 0.9
    shelf.remove("vacant")
    [left] = loaded(shelf.compiled).prompts
    np.testing.assert_array_equal(left.rivals, alone.prompts[0].rivals)
    assert not shelf.sound_of("vacant").exists()
    shelf.remove("off")
    assert len(loaded(shelf.compiled)) == 0 == len(shelf.cards())


def test_what_was_named_wrongly_is_corrected_for_the_listeners_too(tmp_path):
    shelf = Shelf(tmp_path / "prompts")
    shelf.add(card("off", "powered_off"), OFF)
    shelf.add(card("vacant", "powered_off"), np.concatenate([OFF[:12_000], VACANT]))
    assert loaded(shelf.compiled).prompts[0].rivals.max() == 0.0  # of one kind: no rivals
    before = stamp(shelf.compiled)
    assert shelf.relabel("vacant", "vacant").kind == "vacant"
    assert [one.kind for one in shelf.cards()] == ["powered_off", "vacant"]
    assert [one.kind for one in loaded(shelf.compiled).prompts] == ["powered_off", "vacant"]
    assert loaded(shelf.compiled).prompts[0].rivals.max() > 0.9
    assert stamp(shelf.compiled) != before
    with pytest.raises(SettingsError, match="there is no prompt `nobody`: `dialer prompts list`"):
        shelf.relabel("nobody", "busy")
    with pytest.raises(SettingsError):
        shelf.relabel("vacant", "sings")
    assert shelf.cards()[1].kind == "vacant"


@pytest.mark.parametrize(
    ("name", "kind", "sound", "why"),
    [
        ("short", "busy", voice(0.5), "too short: 0.5 s of 0.5 s are sound, 1.0 s are needed"),
        ("none", "busy", silence(0.0), "there is no sound in it"),
        ("quiet", "busy", 0.005 * voice(2.0), "too quiet: -65 dBov, -45 are needed"),
        ("twin", "busy", 0.3 * OFF, "it is the same recording as `off` (powered_off)"),
        ("off", "busy", VACANT, "there is a prompt `off` already: take another name"),
        ("../x", "busy", VACANT, "`../x` is no name: take small letters, digits, `.`, `_`, `-`"),
    ],
)
def test_what_cannot_be_a_prompt_is_refused_and_nothing_changes(tmp_path, name, kind, sound, why):
    shelf = Shelf(tmp_path / "prompts")
    shelf.add(card("off", "powered_off"), OFF)
    before = stamp(shelf.compiled)
    with pytest.raises(Refused) as refused:
        shelf.add(card(name, kind), sound)
    assert str(refused.value) == why
    assert (stamp(shelf.compiled), len(shelf.cards())) == (before, 1)


def test_a_kind_that_nobody_knows_is_refused(tmp_path):
    with pytest.raises(Refused, match="`nonsense` is no kind; kinds are vacant, "):
        Shelf(tmp_path).add(card("x", "nonsense"), OFF)


def test_what_cannot_be_stored_whole_is_not_stored_at_all(tmp_path, monkeypatch):
    shelf = Shelf(tmp_path / "prompts")
    shelf.add(card("off", "powered_off"), OFF)
    before = {one.name: one.read_bytes() for one in (tmp_path / "prompts").iterdir()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        shelf.add(card("vacant", "vacant"), VACANT)
    with pytest.raises(OSError, match="No space left"):
        shelf.remove("off")
    assert {one.name: one.read_bytes() for one in (tmp_path / "prompts").iterdir()} == before


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("missing.wav", "'missing.wav' does not exist"),
        ("folder.wav", "folder.wav: cannot be read: Is a directory"),
        ("empty.wav", "empty.wav: no recording (WAV, FLAC, OGG or MP3): It is empty."),
        ("text.wav", "text.wav: no recording (WAV, FLAC, OGG or MP3): Format not recognised."),
        ("header.wav", "header.wav: no recording (WAV, FLAC, OGG or MP3): "),
        ("damaged.wav", "damaged.wav: a damaged recording: some of its values are no numbers"),
        ("short.wav", "short.wav: too short: 0.5 s of 0.5 s are sound, 1.0 s are needed"),
        ("none.wav", "none.wav: there is no sound in it"),
        ("你好.wav", "你好.wav: its name gives the prompt none: choose one with --name"),
    ],
)
def test_the_command_says_which_file_is_none_and_why(tmp_path, monkeypatch, capsys, file, says):
    monkeypatch.chdir(tmp_path)
    for name, sound in (
        ("good", OFF),
        ("你好", OFF),
        ("short", voice(0.5)),
        ("none", silence(0.0)),
    ):
        soundfile.write(f"{name}.wav", sound, 8000)
    soundfile.write("damaged.wav", np.where(OFF > 0.1, np.nan, OFF), 8000, subtype="FLOAT")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("hello")
    (tmp_path / "header.wav").write_bytes((tmp_path / "good.wav").read_bytes()[:20])
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--home", "home", "prompts", "add", file, "--kind", "busy"])
    said = capsys.readouterr()
    assert (ended.value.code, said.out, says in said.err) == (2, "", True), said.err
    assert not (tmp_path / "home" / "prompts").exists()


@pytest.mark.parametrize("option", ["--country", "--language"])
def test_a_country_that_is_no_code_is_refused(tmp_path, capsys, option):
    soundfile.write(tmp_path / "off.wav", OFF, 8000)
    asked = ["add", str(tmp_path / "off.wav"), "--kind", "busy", option, "Germany"]
    with pytest.raises(SystemExit) as ended:
        command_line.main(["--home", str(tmp_path), "prompts", *asked])
    assert (ended.value.code, f"{option} Germany: say it" in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "prompts").exists()


def test_the_commands_enrol_list_check_and_forget(tmp_path, capsys):
    home, off, other = tmp_path / "home", tmp_path / "Power Off.wav", tmp_path / "other.wav"
    soundfile.write(off, OFF, 8000)
    soundfile.write(other, VACANT, 8000)

    def ran(*words):
        with pytest.raises(SystemExit) as ended:
            command_line.main(["--home", str(home), "prompts", *words])
        return ended.value.code or 0, capsys.readouterr().out

    assert ran("add", str(off), "--kind", "powered_off", "--carrier", "acme")[0] == 0
    assert ran("add", str(off), "--kind", "vacant")[0] != 0
    code, out = ran("list", "--json")
    assert (code, '"name":"power-off"' in out, '"carrier":"acme"' in out) == (0, True, True)
    code, out = ran("check", str(off))
    assert (code, "powered_off" in out, "prompt power-off" in out) == (0, True, True)
    assert ran("check", str(other))[0] == 1
    with pytest.raises(SystemExit):
        command_line.main(["--home", str(home), "prompts", "check", str(other)])
    assert "nothing that is known, of 1 prompts" in capsys.readouterr().err
    assert ran("add", str(other), "--kind", "menu")[0] == 0
    code, out = ran("list")
    assert (code, "menu" in out, "ivr" in out) == (0, True, True)
    code, out = ran("check", str(other), "--answered")
    assert (code, "ivr" in out, "prompt other" in out) == (0, True, True)
    assert "ivr" not in ran("check", str(other))[1]
    assert "mailbox" in ran("kinds")[1]
    assert ran("remove", "power-off") == (0, "`power-off` (powered_off) is forgotten\n")
    assert ran("check", str(off))[0] == 1
