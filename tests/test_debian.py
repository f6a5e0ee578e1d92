"""Programs out of Debian's packages: what both `install.sh` do, with an apt that only pretends."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = {
    "asterisk": ROOT / "dialer/asterisk/install.sh", "pypy": ROOT / "sim/pypy/install.sh",
}  # fmt: skip
TITLES = {"asterisk": "Asterisk", "pypy": "PyPy"}
BOTH = pytest.mark.parametrize("name", SCRIPTS)

APT = """\
#!/bin/sh
set -- "$* "
folder=$(dirname "$APT_CONFIG")
suite=$(basename "$folder")
case $1 in
*" update "*) [ "$suite" != gone ] ;;
*download-only*) for each in one libtwo gcc-14-base perl; do
    echo "$each of $suite" > "$folder/archives/${each}_1%3a2-3_amd64.deb"; done ;;
"-s install"*) for each in one libtwo gcc-14-base perl; do
    echo "Inst $each (1:2-3 Debian:13/$suite [amd64]) []"; done ;;
esac
"""
DPKG = "#!/bin/sh\necho amd64\n"
DPKG_DEB = """\
#!/bin/sh
case $(cat "$2") in *broken) exit 1;; *old) python=3.9;; *) python=3.11;; esac
loader=$3/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2
mkdir -p "$3/usr/bin" "$3/usr/sbin" "$3/usr/lib/pypy$python" "$3/usr/share/asterisk/sounds" \
    "$3/usr/share/doc/one" "$(dirname "$loader")"
ln -sf "pypy$python" "$3/usr/bin/pypy3"
cat "$2" >> "$3/usr/unpacked"
cat > "$loader" <<'END'
#!/bin/sh
echo "One 22 started by its loader: $*" | tr '\\n' ' '
END
chmod +x "$loader"
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def debian(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine whose apt has four small packages in every suite but one."""
    for name, text in (("apt-get", APT), ("dpkg", DPKG), ("dpkg-deb", DPKG_DEB)):
        program(tmp_path / "tools" / name, text)
    return {
        "PATH": f"{tmp_path}/tools:{os.environ['PATH']}", "XDG_CACHE_HOME": f"{tmp_path}/cache",
        "HOME": str(tmp_path), "MIRROR": "file:/nowhere", "KEYRING": "/nowhere", "SUITES": "now",
    }  # fmt: skip


def ran(name: str, *args: str | Path, **env: str) -> tuple[int, list[str]]:
    """The exit code, and what it said without its name."""
    done = subprocess.run(
        [SCRIPTS[name], *args], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == ""
    return done.returncode, [one.removeprefix(f"{name}: ") for one in done.stderr.splitlines()]


def bare(folder: Path, **more: str) -> dict[str, str]:
    """A machine with no tools but these, and those of every system."""
    for tool in ("bash", "sh", "realpath", "dirname"):
        (folder / tool).parent.mkdir(exist_ok=True)
        (folder / tool).symlink_to(str(shutil.which(tool)))
    for name, text in more.items():
        program(folder / name.replace("_", "-"), text)
    return {"PATH": str(folder), "HOME": str(folder)}


@BOTH
def test_it_wants_one_folder(name: str) -> None:
    assert ran(name, PATH=os.environ["PATH"]) == (2, ["usage: install.sh PREFIX"])


@BOTH
def test_what_runs_already_is_left_alone(name: str, tmp_path: Path) -> None:
    program(tmp_path / "there" / name, "#!/bin/sh\necho One 22\n")
    env = bare(tmp_path / "tools")
    assert ran(name, tmp_path / "there", **env) == (
        0, [f"One 22 is there already: {tmp_path}/there"],
    )  # fmt: skip
    assert [one.name for one in (tmp_path / "there").iterdir()] == [name]


@BOTH
def test_where_there_is_no_apt_it_says_what_to_do(name: str, tmp_path: Path) -> None:
    code, (said,) = ran(name, tmp_path / "there", **bare(tmp_path / "tools"))
    assert code == 2
    assert said.startswith(f"apt-get is missing: {TITLES[name]} is unpacked from Debian packages; ")
    assert said.endswith(" yourself")
    assert not (tmp_path / "there").exists()


@BOTH
def test_an_architecture_that_nobody_tried_is_refused(name: str, tmp_path: Path) -> None:
    nothing = "#!/bin/sh\n"
    env = bare(
        tmp_path / "tools", apt_get=nothing, dpkg_deb=nothing, dpkg="#!/bin/sh\necho riscv64\n"
    )
    assert ran(name, tmp_path / "there", **env) == (
        2, [f"no {TITLES[name]} for riscv64: only amd64 and arm64 are known to work"],
    )  # fmt: skip


@BOTH
def test_a_folder_that_cannot_be_written_is_named(
    name: str, tmp_path: Path, debian: dict[str, str]
) -> None:
    (tmp_path / "file").touch()
    code, (said,) = ran(name, tmp_path / "file/there", **debian)
    assert (code, said) == (
        2, f"cannot write {tmp_path}/file/there or {tmp_path}/cache/predictive-dialer/{name}: "
        "give another PREFIX, or set XDG_CACHE_HOME",
    )  # fmt: skip


@BOTH
def test_what_is_unpacked_is_listed_by_its_sum_and_starts_by_its_own_loader(
    name: str, tmp_path: Path, debian: dict[str, str]
) -> None:
    there, skipped = tmp_path / "there", {"asterisk": "perl", "pypy": "gcc-14-base"}[name]
    code, said = ran(name, there, **debian)
    assert (code, said[0]) == (0, "reading the package index of Debian now")
    assert said[-1].startswith("One 22 started by its loader: --inhibit-cache --library-path ")
    sums = {
        each: hashlib.sha256(f"{each} of now\n".encode()).hexdigest()
        for each in ("one", "libtwo", "gcc-14-base", "perl") if each != skipped
    }  # fmt: skip
    wanted = [f"{each} 1:2-3 {sums[each]}" for each in sums]
    assert (there / "packages.txt").read_text().splitlines() == wanted
    assert {one.name for one in there.iterdir()} == {name, "packages.txt", "root"}
    assert not (there / "root/usr/share/doc").exists()
    moved = there.rename(tmp_path / "moved")
    told = subprocess.run([moved / name, "a  b"], capture_output=True, text=True, check=True)
    assert told.stdout.endswith(" a  b ")
    assert f"{moved}/root/usr" in told.stdout
    assert str(there) not in told.stdout


@BOTH
def test_suites_are_tried_in_turn(name: str, tmp_path: Path, debian: dict[str, str]) -> None:
    code, said = ran(name, tmp_path / "there", **debian | {"SUITES": "gone broken now later"})
    assert code == 0
    assert [one for one in said if one.endswith("did not work")] == [
        "Debian gone did not work", "Debian broken did not work",
    ]  # fmt: skip
    assert set((tmp_path / "there/root/usr/unpacked").read_text().split()) >= {"one", "now"}


@BOTH
def test_what_is_there_stays_where_a_fresh_one_cannot_be_had(
    name: str, tmp_path: Path, debian: dict[str, str]
) -> None:
    assert ran(name, tmp_path / "there", **debian)[0] == 0
    code, said = ran(name, tmp_path / "there", **debian | {"SUITES": "gone", "FORCE": "1"})
    assert (code, said[-2:]) == (2, [
        "Debian gone did not work",
        f"no {TITLES[name]} could be fetched from file:/nowhere: "
        "check the network (a proxy? set http_proxy), or set MIRROR=URL",
    ])  # fmt: skip
    assert ran(name, tmp_path / "there", **debian)[1][0].startswith("One 22 started")


def test_a_pypy_of_an_older_python_is_refused(tmp_path: Path, debian: dict[str, str]) -> None:
    code, said = ran("pypy", tmp_path / "there", **debian | {"SUITES": "old"})
    assert (code, said[-3:-1]) == (2, [
        "it speaks Python 3.9, and 3.11 is the oldest that will do", "Debian old did not work",
    ])  # fmt: skip
    assert not (tmp_path / "there/pypy").exists()


def test_a_link_to_somebodys_program_is_replaced_and_the_program_kept(
    tmp_path: Path, debian: dict[str, str]
) -> None:
    program(tmp_path / "somebodys", "#!/bin/sh\nexit 1\n")
    (tmp_path / "there").mkdir()
    (tmp_path / "there/pypy").symlink_to(tmp_path / "somebodys")
    assert ran("pypy", tmp_path / "there", **debian)[0] == 0
    assert (tmp_path / "somebodys").read_text() == "#!/bin/sh\nexit 1\n"
