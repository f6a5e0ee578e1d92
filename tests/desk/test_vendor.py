"""The vendored softphone is what its recipe says, and its recipe names no registry."""

import hashlib
import json
import tomllib

import pytest

from dialer.desk import files

RECIPE = files.FOLDER.parent / "softphone"
VENDOR = tomllib.loads((RECIPE / "vendor.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(VENDOR["sha256"]))
def test_what_is_vendored_is_what_was_built(name: str) -> None:
    body = (files.FOLDER / "vendor" / name).read_bytes()
    assert hashlib.sha256(body).hexdigest() == VENDOR["sha256"][name]


def test_the_lock_names_the_versions_and_no_registry() -> None:
    text = (RECIPE / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    locked = {name: packages[f"node_modules/{name}"]["version"] for name in ("jssip", "esbuild")}
    assert locked == {name: VENDOR[name] for name in locked}
    assert "://" not in "".join(str(one.get("resolved", "")) for one in packages.values())
    assert all("integrity" in one for name, one in packages.items() if name)


def test_the_licences_of_all_parts_stand_beside_the_bundle() -> None:
    text = (files.FOLDER / "vendor/jssip.LICENSE.txt").read_text("utf-8")
    assert f"==== jssip {VENDOR['jssip']} ====" in text
    assert VENDOR["licence"] == "MIT"
    assert "Permission is hereby granted" in text
