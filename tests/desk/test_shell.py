"""The house's door in a browser: who is sent where, what a page carries, what it may load."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from dialer.desk import files, pages
from dialer.i18n import LANGUAGES, words
from tests.access.conftest import GOOD, MACHINE, NINE
from tests.api.conftest import Web

STATIC = files.FOLDER
OURS = sorted(path for path in STATIC.rglob("*.js") if "vendor" not in path.parts)
MARKUP = sorted(pages.FOLDER.glob("*.html"))


def script(path: Path) -> str:
    """What runs of a script: no comments."""
    return re.sub(r"^\s*//.*$|\s//\s.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)


def where(web: Web, path: str, name: str = "") -> str:
    """Where somebody is sent who asks for a path."""
    browser = web.browser(name) if name else web.anybody()
    said = browser.get(path, follow_redirects=False)
    return str(said.headers.get("location", said.status_code))


def test_before_there_are_accounts_all_ways_lead_to_the_first_start(tmp_path: Path) -> None:
    with ExitStack() as stack:
        web = Web(tmp_path, stack)
        assert where(web, "/") == "/first-run"
        said = web.anybody().get("/first-run")
        assert (said.status_code, str(tmp_path) in said.text) == (200, True)


def test_the_door_sends_everybody_to_what_is_his(web: Web) -> None:
    assert where(web, "/") == "/login"
    assert where(web, "/first-run") == "/login"
    assert where(web, "/login", "bob") == "/"
    web.hire("ann", "analyst")
    web.hire("ina", "inspector")
    assert {name: where(web, "/", name) for name in ("ada", "eva", "bob", "ann", "ina")} == {
        "ada": "/administration", "eva": "/supervisor", "bob": "/desk", "ann": "/board/",
        "ina": "/supervisor",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["ada", "eva", "bob", "ann", "ina"])
def test_the_header_leads_to_every_page_that_is_ones_own_and_to_no_other(
    web: Web, name: str
) -> None:
    web.hire("ann", "analyst")
    web.hire("ina", "inspector")
    header = re.search("<nav>(.*?)</nav>", web.browser(name).get("/account").text)
    assert header
    opened = {path for path in pages.LINKS if not where(web, path, name).startswith("/")}
    assert set(re.findall('href="([^"]+)"', header[1])) == opened


def test_who_must_change_his_password_sees_that_form_and_no_other_page(web: Web) -> None:
    web.accounts.reset_password(MACHINE, "bob", GOOD, at=NINE)
    browser = web.browser("bob")
    assert browser.get("/", follow_redirects=False).headers["location"] == "/login"
    said = browser.get("/login")
    assert 'data-must-change="yes"' in said.text
    assert "<nav></nav>" in said.text


def test_a_page_runs_nothing_that_stands_in_it(web: Web) -> None:
    said = web.anybody().get("/login")
    policy = said.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert said.headers["cache-control"] == "no-store"
    for markup in (said.text, *(path.read_text("utf-8") for path in MARKUP)):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=", markup)


def test_a_page_speaks_the_language_chosen_or_the_browsers(web: Web) -> None:
    browser = web.anybody()
    assert '<html lang="en">' in browser.get("/login").text
    said = browser.get("/login", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
    assert ('<html lang="zh">' in said, words("zh")("login.go") in said) == (True, True)
    browser.cookies.set("dialer-language", "zh")
    assert '<html lang="zh">' in browser.get("/login").text


def test_what_a_page_loads_is_kept_for_ever_and_is_named_by_its_content(web: Web) -> None:
    browser = web.anybody()
    said = browser.get(f"{files.base()}/style.css")
    assert (said.status_code, said.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in said.headers["cache-control"]
    tag = {"if-none-match": said.headers["etag"]}
    assert browser.get(f"{files.base()}/style.css", headers=tag).status_code == 304
    assert browser.get("/static/older/style.css").headers["cache-control"] == "public, no-cache"
    assert browser.get(f"{files.base()}/../shell.py").status_code == 404
    assert browser.get(f"{files.base()}/nothing-here.js").status_code == 404
    told = browser.get(f"{files.base()}/words/zh.json").json()
    assert told["login.go"] == words("zh")("login.go")


def test_every_page_has_its_script_and_every_import_its_file() -> None:
    known = files.files()
    named = {path.stem for path in MARKUP} - {"frame"}
    assert {name for name in named if f"{name}.js" not in known} == set()
    for path in OURS:
        for target in re.findall(r'from "(\.[^"]+)"|import "(\.[^"]+)"', path.read_text("utf-8")):
            asked = (path.parent / "".join(target)).resolve().relative_to(STATIC.resolve())
            assert asked.as_posix() in known, f"{path.name} imports {asked}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_a_page_names_is_in_the_catalogue(language: str) -> None:
    texts = words(language).texts
    named = {key for path in MARKUP for key in re.findall(r'data-t(?:-[a-z-]+)?="([\w.-]+)"',
             path.read_text("utf-8"))}  # fmt: skip
    called = {key for path in OURS for key in re.findall(r'\bt\(\s*"([\w.-]+)"', script(path))}
    titles = {f"title.{path.stem}" for path in MARKUP if path.stem != "frame"}
    assert (named | called | titles | set(pages.LINKS.values())) - set(texts) == set()


def test_no_text_is_hard_coded_in_markup() -> None:
    for path in MARKUP:
        markup = re.sub(
            r"<code>.*?</code>|<kbd[^>]*>.*?</kbd>|<!--.*?-->", "", path.read_text("utf-8")
        )
        bare = re.sub(r"\$\w+|&\w+;", "", re.sub(r"<[^>]*>", " ", markup))
        assert re.findall(r"[^\W\d_]+", bare) == [], path.name
        shown = re.findall(r'\s(?:title|alt|placeholder|aria-label)="([^"$]+)"', markup)
        assert shown == [], path.name


A_TEXT = re.compile(r"[A-Za-z]{2,}[,.]? [a-z]{2,}.*[.!?]$|^[A-Z][a-z]+ [a-z]+|[一-鿿]")


def test_no_text_is_hard_coded_in_scripts() -> None:
    for path in OURS:
        quoted = re.findall(r'(["`])((?:(?!\1).)*)\1', script(path))
        assert [text for _, text in quoted if A_TEXT.search(text)] == [], path.name
