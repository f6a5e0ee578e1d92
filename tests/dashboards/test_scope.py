"""Who sees what of the board: by session, campaign and team; who comes another way, nothing."""

import time
from pathlib import Path

import pytest

from dashboards import queries, viewer
from dashboards.queries import frame
from dashboards.scope import Scope
from dialer.access import passage
from dialer.access.rules import User
from dialer.access.store import Access, LoggedIn
from dialer.errors import QueryError
from tests.access.conftest import CHEAP, GOOD, MACHINE
from tests.api import shift
from tests.dashboards.conftest import STATE, come_as, look_at, write_state
from tests.dashboards.test_pages import metrics, page, shown
from tests.dashboards.test_questions import PARAMS

EVA = User(name="eva", role="supervisor", campaigns=frozenset({"spring"}), teams=frozenset({"red"}))
SAM = User(name="sam", role="supervisor", campaigns=frozenset({"autumn"}))
NOBODYS = User(name="ned", role="supervisor")
BOB = User(name="bob", role="agent", campaigns=frozenset({"*"}), teams=frozenset({"red"}))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The middle of a shift: eva supervises spring and team red, in which bob is."""
    shift.made(tmp_path)
    look_at(monkeypatch, tmp_path)
    write_state(tmp_path)
    with Access.at(tmp_path, passwords=CHEAP) as access:
        access.accounts.add_team(MACHINE, "red", at=1.0)
        root = User(name="ada", role="superuser")
        for user in (root, EVA, SAM, NOBODYS, BOB):
            access.accounts.add(MACHINE, user, GOOD, at=1.0, must_change=False)
    viewer.forget()
    return tmp_path


def test_nobody_sees_but_the_way_to_the_log_in(house: Path, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, None)
    app = shown()
    assert "Nobody is logged in here" in app.info[0].value
    assert not [*app.metric, *app.dataframe, *app.selectbox]


def test_a_campaign_of_others_is_neither_offered_nor_answered(
    house: Path, monkeypatch: pytest.MonkeyPatch
):
    come_as(monkeypatch, EVA)
    assert shown().selectbox(key="campaign").options == ["spring"]
    come_as(monkeypatch, SAM)
    assert shown().selectbox(key="campaign").options == ["autumn"]
    asked = {**PARAMS, "scope": Scope(SAM)}
    for name in ("funnel", "recent", "decisions", "occupancy", "agent_time"):
        with pytest.raises(QueryError, match="not of your campaigns"):
            frame(name, source="lab", **asked)
    together = {**asked, "campaign": None, "pool": None}
    for several in (("autumn", "spring"), None):
        with pytest.raises(QueryError, match="not of your campaigns"):
            frame("funnel", source="lab", **{**together, "together": several})
    with pytest.raises(QueryError, match="not of your campaigns"):
        frame("lines", source="lab", **together)  # the whole trunk's
    assert len(frame("funnel", source="lab", **{**together, "together": ("autumn",)})) == 5
    assert frame("campaigns", source="lab", **asked)["campaign"].tolist() == ["autumn"]


def test_who_has_no_campaign_sees_none(house: Path, monkeypatch: pytest.MonkeyPatch):
    for user in (NOBODYS, BOB):
        come_as(monkeypatch, user)
        app = shown()
        assert "No campaign" in app.info[0].value
        assert not app.metric


def test_a_list_of_others_is_not_shown(house: Path):
    assert (Scope(EVA).lists, Scope(SAM).lists) == (("vip",), ("east",))


def test_a_list_that_no_campaign_of_his_dials_is_not_answered(home: Path):
    assert len(frame("lists", source="lab", **PARAMS)) > 0
    assert frame("lists", source="lab", **{**PARAMS, "scope": Scope(EVA)}).empty


def test_agents_of_other_teams_are_not_shown(house: Path, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, EVA)
    table = page("agents").dataframe[-1].value
    assert table["agent"].tolist() == ["bob"]
    team = shown().dataframe[0].value
    assert team["agent"].tolist() == ["bob"]
    assert {one["agent"] for one in STATE["agents"]} == {"anna", "bob", "chen"}


def test_the_newest_figures_of_others_are_not_shown(house: Path, monkeypatch: pytest.MonkeyPatch):
    come_as(monkeypatch, SAM)
    assert metrics(shown())["Answered"] == ("–", "")  # autumn is not open


def test_one_who_sees_less_is_not_given_the_answer_for_one_who_sees_more(house: Path):
    queries.forget()
    all_of_them = frame("agents", source="lab", **PARAMS)["agent"].tolist()
    his = frame("agents", source="lab", **{**PARAMS, "scope": Scope(EVA)})["agent"].tolist()
    assert (all_of_them, his) == (["anna", "bob"], ["bob"])


@pytest.fixture
def token(house: Path) -> str:
    with Access.at(house, passwords=CHEAP) as access:
        found = access.log_in("eva", GOOD, source="10.0.0.7", at=time.time())
    assert isinstance(found, LoggedIn)
    return found.token


def knock(monkeypatch: pytest.MonkeyPatch, cookie: str, word: str, *more: str) -> str:
    """Come with these to the board itself; who that is."""
    monkeypatch.undo()
    home = str(knock.home)  # type: ignore[attr-defined]
    monkeypatch.setattr("sys.argv", ["app.py", "--home", home, *more])
    monkeypatch.setattr(viewer, "shown", lambda: (cookie, word, "10.0.0.7"))
    found = viewer.viewer()
    return found.user.name if found else ""


def test_a_session_counts_only_where_the_web_process_let_it_in(
    house: Path, token: str, monkeypatch: pytest.MonkeyPatch
):
    knock.home = house  # type: ignore[attr-defined]
    word = passage.word(house)
    assert knock(monkeypatch, token, word) == "eva"
    assert knock(monkeypatch, token, "") == ""  # straight to its port
    assert knock(monkeypatch, token, "forged") == ""
    assert knock(monkeypatch, "", word) == ""


def test_a_role_that_begins_to_need_a_second_factor_is_sent_to_the_log_in(
    house: Path, token: str, monkeypatch: pytest.MonkeyPatch
):
    knock.home = house  # type: ignore[attr-defined]
    word = passage.word(house)
    assert knock(monkeypatch, token, word, "--second-factor", "administrator") == "eva"
    asked = ("--second-factor", "administrator", "--second-factor", "supervisor")
    assert knock(monkeypatch, token, word, *asked) == ""
    assert knock(monkeypatch, token, word) == ""  # it has ended: not only is it not let in
    assert knock(monkeypatch, "forged", word) == ""


def test_an_agent_is_nobody_here(house: Path, monkeypatch: pytest.MonkeyPatch):
    knock.home = house  # type: ignore[attr-defined]
    with Access.at(house, passwords=CHEAP) as access:
        found = access.log_in("bob", GOOD, source="10.0.0.7", at=time.time())
    assert isinstance(found, LoggedIn)
    assert knock(monkeypatch, found.token, passage.word(house)) == ""


def test_a_session_that_ended_counts_no_more(
    house: Path, token: str, monkeypatch: pytest.MonkeyPatch
):
    knock.home = house  # type: ignore[attr-defined]
    with Access.at(house) as access:
        access.log_out(token, at=time.time())
    assert knock(monkeypatch, token, passage.word(house)) == ""


def test_who_must_change_his_password_does_that_first(
    house: Path, token: str, monkeypatch: pytest.MonkeyPatch
):
    knock.home = house  # type: ignore[attr-defined]
    with Access.at(house, passwords=CHEAP) as access:
        access.reset_password(MACHINE, "eva", f"{GOOD}!", at=time.time())
        found = access.log_in("eva", f"{GOOD}!", source="x", at=time.time())
    assert isinstance(found, LoggedIn)
    assert knock(monkeypatch, found.token, passage.word(house)) == ""
