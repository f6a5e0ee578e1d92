"""What is to come, held against SimPy's own environment."""

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st
from simpy.events import NORMAL, URGENT

from sim.agenda import Agenda

delays = st.sampled_from((0.0, 0.5, 1.0, 1.0, 2.0, 1e6)) | st.floats(0.0, 3.0)
plans = st.lists(
    st.tuples(delays, st.sampled_from((NORMAL, NORMAL, URGENT)), st.lists(delays, max_size=3)),
    max_size=12,
)


def lived(env: simpy.Environment, plan) -> list[tuple[str, float]]:
    """Each of the plan at its time, each puts down some more; one interrupts a sleeper."""
    heard: list[tuple[str, float]] = []

    def hear(word: str) -> None:
        heard.append((word, env.now))

    def put_down(n: int, delay_s: float, priority, then) -> None:
        event = env.event()
        event._ok, event._value = True, None
        env.schedule(event, priority, delay_s)
        event.callbacks.append(lambda _: hear(f"{n}"))
        for m, more_s in enumerate(then):
            event.callbacks.append(
                lambda _, m=m, more_s=more_s: env.timeout(more_s).callbacks.append(
                    lambda _: hear(f"{n}.{m}")
                )
            )

    def sleeper():
        try:
            yield env.timeout(1.0)
            hear("woke")
        except simpy.Interrupt:
            hear("disturbed")

    asleep = env.process(sleeper())
    for n, (delay_s, priority, then) in enumerate(plan):
        put_down(n, delay_s, priority, then)
    env.run(until=0.75)
    hear(f"next at {env.peek()}")
    if asleep.is_alive and len(plan) % 2:
        asleep.interrupt()
    for until in (1.0, 2.0):
        env.run(until=until)
        hear("looked")
    env.run()
    return heard


@given(plan=plans)
def test_everything_happens_in_the_order_of_simpys_own_queue(plan):
    assert lived(Agenda(), plan) == lived(simpy.Environment(), plan)


def test_what_is_long_put_down_does_not_come_before_its_time():
    agenda, heard = Agenda(100.0), []
    agenda.after(50.0, heard.append, "late")
    agenda.after(0.0, heard.append, "at once")
    assert agenda.peek() == 100.0
    agenda.run(until=149.0)
    assert heard == ["at once"]
    agenda.run()
    assert (heard, agenda.now, agenda.peek()) == (["at once", "late"], 150.0, float("inf"))


@pytest.mark.parametrize("made", [Agenda, simpy.Environment])
def test_a_failure_that_nobody_takes_ends_the_run_as_in_simpy(made):
    env = made()
    env.event().fail(KeyError("lost"))
    with pytest.raises(KeyError, match="lost"):
        env.run()
