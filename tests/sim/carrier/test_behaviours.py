import pytest

from dialer.errors import SettingsError
from sim.carrier import dialplan
from sim.carrier.behaviours import LAB, load

WORDS = (LAB / "carrier.toml").read_text()


def folder(tmp_path, old, new):
    assert old in WORDS
    (tmp_path / "carrier.toml").write_text(WORDS.replace(old, new, 1))
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"release 486 17"',
            '"relaese 486 17"',
            "behaviours.busy.steps = 'relaese 486 17': must be one of the verbs",
        ),
        ('"release 486 17"', '"release 700 17"', "must be with a SIP status, 400 to 699"),
        ('"release 486 17"', '"release 486"', "must be `release SIP CAUSE`"),
        ('"release 486 17"', '"180"', "must be steps of which the last is one of release, bye"),
        ('outcomes = ["busy"]', 'outcomes = ["buzy"]', "Did you mean 'busy'"),
        ('"wait ring_s"', '"wait rings_s"', "with a name of .draws., or seconds"),
        ('"loop crbt_tune ring_s"', '"loop crbt_tuna ring_s"', "with a name of .audio."),
        ("tone ringback here", "tone ringback atlantis", "a country of the tone plan"),
        ('"180", "wait ring_s", "200"', '"180+sdp", "200"', "an Asterisk cannot say it"),
        ("person = 20", "persson = 20", "mix.persson"),
        ("person = 20", "person = -1", "a weight, 0 or more"),
        ("retry_after = 1", "busy = 1", "quirks.busy = 1: must be the weight of a behaviour"),
        ('1202555 = "person"', '1202555 = "parson"', "the name of a behaviour"),
        ('elsewhere = "us"', "", "countries.elsewhere"),
        ("room = { noise = 3", "rooms = { noise = 3", "audio.room"),
        ("gamma = 8, shape = 3", "gama = 8, shape = 3", "Did you mean gamma"),
        ("speech = 11", "speech = 11, music = 2", "audio.voice_anne.one of prompts"),
        ("[quirks]", "[qirks]", "qirks: must be one of"),
    ],
)
def test_a_wrong_word_in_the_folder_is_named_with_what_is_right(tmp_path, old, new, says):
    with pytest.raises(SettingsError, match=says) as error:
        load(folder(tmp_path, old, new))
    assert str(tmp_path / "carrier.toml") in str(error.value)


def test_a_folder_without_its_file_says_so(tmp_path):
    with pytest.raises(SettingsError, match=r"carrier.toml: cannot be read"):
        load(tmp_path)


def test_whose_tones_a_number_hears():
    lab = load()
    assert [lab.country_of(n) for n in ("8613812345678", "442079460123", "99912345")] == [
        "cn", "gb", "us",
    ]  # fmt: skip


def test_the_dial_plan_has_no_word_of_a_name_that_is_not_a_name(tmp_path):
    with pytest.raises(SettingsError, match="a to z, 0 to 9 and _"):
        load(folder(tmp_path, "[behaviours.busy]", '[behaviours."busy),1,System(rm)"]'))


def test_every_step_of_the_lab_becomes_a_line_of_the_dial_plan():
    lab = load()
    plan = dialplan.extensions(lab, seed=7, agents=3)
    assert "exten => agent3,1," in plan
    assert "exten => agent4,1," not in plan
    for name, behaviour in lab.behaviours.items():
        context = plan.split(f"[b-{name}]\n")[1].split("\n[")[0]
        assert ("Answer(,i)" in context) == (
            behaviour.by == "asterisk" and any(s.startswith("200") for s in behaviour.steps)
        )
