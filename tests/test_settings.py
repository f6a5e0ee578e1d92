"""Settings: all defaulted, all explained, and a wrong one is named with what would be right."""

from pathlib import Path

import msgspec
import pytest

from dialer import settings, tomlfile
from dialer.errors import SettingsError
from dialer.settings import Settings
from dialer.settings.figures import Board


def written(folder: Path, text: str) -> Path:
    path = folder / "dialer.toml"
    path.write_text(text)
    return path


def test_the_lab_needs_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    ours = settings.load()
    assert ours.home == tmp_path / "var/dialer"
    assert ours.socket == tmp_path / "var/dialer/door.sock"
    assert ours.asterisk.own is True
    assert ours.trunks is None


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = written(tmp_path, 'home = "data"\n[board]\nport = 8600\n')
    assert settings.load(file) == msgspec.structs.replace(
        settings.load(), home=tmp_path / "data", board=Board(port=8600)
    )


def test_the_folders_that_run_gives_stand_in_for_what_the_file_leaves_out(tmp_path: Path) -> None:
    given = {"home": tmp_path / "a", "prefix": tmp_path / "b"}
    assert settings.load(**given).home == tmp_path / "a"
    assert settings.load(**given).asterisk.prefix == tmp_path / "b"
    file = written(tmp_path, 'home = "mine"\n[asterisk]\nprefix = "/opt/asterisk"\n')
    assert settings.load(file, **given).home == tmp_path / "mine"
    assert settings.load(file, **given).asterisk.prefix == Path("/opt/asterisk")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("hom = 'x'", "hom: no such setting. Did you mean home?"),
        ("[bord]\nport = 1", "bord: no such setting. Did you mean board?"),
        ("[board]\npotr = 1", "board.potr: no such setting. Did you mean port?"),
        ("[board]\nxyzzy = 1", "board.xyzzy: no such setting. There are: address, on, port"),
        (
            "[board]\nport = 70000",
            "board.port = 70000: must be a whole number >= 1 and <= 65535. Its HTTP port.",
        ),
        ("[board]\nport = '8501'", "board.port = '8501': must be a whole number"),
        ("[board]\non = 1", "board.on = 1: must be true or false"),
        (
            "[logs]\nlevel = 'warn'",
            "logs.level = 'warn': must be one of 'debug', 'error', 'info', 'warning'. "
            "Did you mean 'warning'?",
        ),
        ("board = 3", "board = 3: must be a table with on, port, address"),
        ("home = 3", "home = 3: must be a path"),
        ("[asterisk]\napplication = 'A b'", "must be text that matches ^[a-z][a-z0-9_-]{0,31}$"),
        ("[asterisk]\nown = false", "asterisk.ari_url is missing: `own = false` needs it"),
        ("[asterisk]\nrtp_last = 20000", "asterisk.rtp_last: must be at least 99 above rtp_first"),
        ("home = ", "not TOML: "),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_value_and_what_is_allowed(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        settings.load(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere.toml: cannot be read: No such file"):
        settings.load(tmp_path / "nowhere.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"home = '\xff'")
    with pytest.raises(SettingsError, match=r"not UTF-8 at byte 8"):
        settings.load(binary)


def sections(struct: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    nested = [f.type for f in msgspec.structs.fields(struct) if _is_section(f.type)]
    return [struct, *(inner for section in nested for inner in sections(section))]


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


@pytest.mark.parametrize("struct", sections(Settings))
def test_every_setting_is_explained_where_it_stands(struct: type[msgspec.Struct]) -> None:
    words = tomlfile.explained(struct)
    bare = [
        field.name
        for field in msgspec.structs.fields(struct)
        if not _is_section(field.type) and len(words.get(field.name, "")) < 10
    ]
    assert bare == []


def test_settings_cannot_be_changed_while_the_dialer_runs() -> None:
    with pytest.raises(AttributeError):
        settings.load().board = Board(port=1)  # type: ignore[misc]
