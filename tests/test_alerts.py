"""What a manager is told: each rule by an example, and nothing of a house in order."""

from dialer.alerts import Alert, Limits, Watch, alerts, seen
from dialer.api.alerting import said
from dialer.i18n import words

CALM = {
    "at": 10_000.0, "switch": "up", "recording_room": True,
    "campaigns": {"spring": {"state": "dialling", "persons": 200, "abandoned": 2, "cap": 0.03,
                             "bound": "agents", "leads_left": 40, "budget": None}},
    "agents": [{"agent": "anna", "state": "TALKING", "since": 9_900.0}],
    "trunks": {"a": {"reachable": True, "breaker": False}},
}  # fmt: skip
BUDGET = {"amount": "100", "currency": "EUR", "spent": "60", "held": "20"}


def found(**changed: object) -> list[tuple[str, str, str]]:
    told = alerts(seen({**CALM, **changed}))
    return [(one.kind, one.campaign or one.agent or one.trunk, one.level) for one in told]


def spring(**changed: object) -> dict[str, object]:
    return {"spring": {**CALM["campaigns"]["spring"], **changed}}  # type: ignore[index]


def test_a_house_in_order_needs_nobody():
    assert found() == []
    assert found(campaigns=spring(state="paused", leads_left=0)) == []
    assert found(campaigns=spring(persons=20, abandoned=2)) == [], "two of twenty are no rate yet"


def test_a_house_sets_its_own_limits():
    own = {"near": 0.5, "fewest_abandoned": 2, "leads_left": 50, "talking_s": 99.0}
    assert found(campaigns=spring(leads_left=60, persons=130), limits=own) == [
        ("abandonment", "spring", "warning"),
        ("stuck", "anna", "warning"),
    ]
    assert found(limits=own)[0] == ("leads", "spring", "warning")
    patient = Watch(Limits(lasting_s=100.0))
    away = [Alert(kind="leads", campaign="spring")]
    assert [patient.step(away, at)[0] for at in (0.0, 99.0, 100.0)] == [[], [], away]


def test_each_rule():
    assert found(switch="down") == [("switch", "", "critical")]
    assert found(recording_room=False) == [("recordings", "", "warning")]
    assert found(campaigns=spring(leads_left=0)) == [("leads", "spring", "warning")]
    assert found(campaigns=spring(abandoned=6)) == [("abandonment", "spring", "warning")]
    assert found(campaigns=spring(abandoned=7)) == [("abandonment", "spring", "critical")]
    assert found(campaigns=spring(bound="tariff")) == [("tariff", "spring", "critical")]
    assert found(trunks={"a": {"reachable": False}}) == [("trunk_down", "a", "critical")]
    assert found(trunks={"a": {"breaker": True}}) == [("trunk_failing", "a", "critical")]
    assert found(clock={"off_s": -31.0}) == [("clock", "", "critical")]
    assert found(clock={"off_s": 3600.0}) == [("clock", "", "critical")]
    assert found(clock={"off_s": 29.0}) == []
    for state in ("RESERVED", "PREVIEW", "TALKING", "HELD", "WRAP_UP"):
        since = 10_000.0 - Limits().longest_s(state)
        seat = {"agent": "anna", "state": state, "since": since}
        assert found(agents=[seat]) == []
        assert found(agents=[{**seat, "since": since - 1.0}]) == [("stuck", "anna", "warning")]


def test_for_an_hour_it_is_told_that_the_clock_was_put_right_by_how_much_and_since_when():
    def told(on_at: float | None) -> list[Alert]:
        last = {"by_s": -7200.4, "at": 5.0, "on_at": on_at}
        return alerts(seen({**CALM, "clock": {"off_s": 0.0, "put_right": last}}))

    (one,) = told(10_000.0 - 185.0)
    assert one == Alert(kind="clock_right", figures={"by_s": -7200, "since_s": 185})
    assert said(words("en"), one) == (
        "The machine's clock was put right by -2 h. The dialer began anew by itself, and has been "
        "dialling again for 3 min."
    )
    assert said(words("zh"), one) == (
        "本机时钟已校正-2 小时。拨号器已自动重新开始，恢复外呼至今3 分钟。"
    )
    assert told(None) == told(10_000.0 - 3600.0) == []
    (off,) = alerts(seen({**CALM, "clock": {"off_s": 3599.6}}))
    assert said(words("en"), off).startswith(
        "The machine's clock moved by +60 min: nothing is dialled."
    )


def test_a_budget_is_near_with_what_is_under_way_and_spent_when_it_binds():
    assert found(campaigns=spring(budget=BUDGET)) == []
    near = {**BUDGET, "held": "30"}
    assert found(campaigns=spring(budget=near)) == [("budget", "spring", "warning")]
    spent = spring(budget=BUDGET, bound="budget")
    assert found(campaigns=spent) == [("budget", "spring", "critical")]


def test_what_grows_worse_is_told_again_and_what_comes_and_goes_is_not():
    watch = Watch()
    near, over = (Alert(kind="abandonment", campaign="spring", level=level)
                  for level in ("warning", "critical"))  # fmt: skip
    told = [
        watch.step([one], float(at))
        for at, one in ((0, near), (10, near), (20, near), (30, over), (40, over), (50, near))
    ]
    assert told == [([], []), ([], []), ([near], []), ([over], []), ([], []), ([], [])]
    assert watch.step([], 60.0) == ([], [])
    assert watch.step([near], 90.0) == ([], []), "it was never over"
