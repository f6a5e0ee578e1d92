"""What follows for whoever has to choose: said plainly, also when it is that nothing is gained."""

from collections.abc import Iterator

from sim.whatif.answer import Advice, Answer, Forecast

WORTH_MIN = 0.5
"Minutes of conversation an hour: less than this is no reason for a mode that abandons people."
RISKY = 0.1
"Share of days over the cap from which on a mode is not advised."


def advice(told: Answer) -> Iterator[Advice]:
    """Of an answer that is complete. Keys are sentences of the catalogue."""
    asked = told.question
    known = [one for one in told.forecasts if one.agents == asked.agents]
    plain = told.of("progressive")
    if plain is None:
        return
    persons = max(one.persons_per_day for one in known)
    if persons * asked.cap < 1.0:
        yield Advice(
            "few_persons", {"persons": persons, "cap": asked.cap, "least": 1.0 / asked.cap}
        )
    for one in known:
        if one.days_over_cap:
            yield Advice("over_cap", {
                "mode": one.mode, "days": one.days_over_cap, "of": one.days, "worst": one.worst_day,
            })  # fmt: skip
    paced = [one for one in known if one.mode != "preview"]  # who wants it wants the look
    yield _chosen(told, plain, [one for one in paced if _keeps(one, asked.cap)])


def _chosen(told: Answer, plain: Forecast, kept: list[Forecast]) -> Advice:
    """The mode with the most conversation of those that keep the cap; progressive where it ties."""
    best = max(kept, key=lambda one: one.talk_min_per_h.mean, default=plain)
    gain = best.talk_min_per_h.mean - plain.talk_min_per_h.mean
    values: dict[str, float | str] = {
        "mode": best.mode, "gain": gain, "talk": best.talk_min_per_h.mean,
        "plain": plain.talk_min_per_h.mean,
    }  # fmt: skip
    off = (best.talk_min_per_h.off or 0.0) + (plain.talk_min_per_h.off or 0.0)
    if best.mode == "progressive":
        return Advice("only")
    if gain < max(WORTH_MIN, off):
        return Advice("progressive", values)
    return Advice("gain", values)


def _keeps(one: Forecast, cap: float) -> bool:
    """In the mean, and on nine days of ten."""
    return one.abandon_rate.mean <= cap and one.days_over_cap <= RISKY * one.days
