"""The arrays of PyPy say what numpy says: each operation, and a day that is decided with them."""

import copy
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from sim.pypy.standins import numpy as ours
from sim.pypy.standins import scipy as our_scipy

DTYPES = {np.dtype(float): float, np.dtype(int): int, np.dtype(bool): bool}
NUMBERS = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))
WHOLE = st.integers(-50, 50)


def mine(theirs: Any) -> Any:
    return ours.array(theirs.tolist(), DTYPES[theirs.dtype]).reshape(theirs.shape)


def same(found: Any, wanted: Any, within: float = 0.0) -> None:
    """Shape, kind and values: NaN is NaN."""
    if not isinstance(wanted, np.ndarray):
        assert found == pytest.approx(wanted, rel=within, abs=within, nan_ok=True)
        return
    assert (found.shape, found.dtype) == (wanted.shape, DTYPES[wanted.dtype])
    assert {type(one) for one in found.numbers} <= {found.dtype}
    there = np.array(found.tolist(), wanted.dtype).reshape(wanted.shape)
    np.testing.assert_allclose(there, wanted, rtol=within, atol=0.0, strict=True)


def arrays(*shapes: tuple[int, ...], of: st.SearchStrategy[Any] = NUMBERS) -> Any:
    """Of one of these shapes."""

    def filled(shape: tuple[int, ...]) -> Any:
        size = int(np.prod(shape))
        return st.lists(of, min_size=size, max_size=size).map(
            lambda x: np.array(x, type(x[0]) if x else float).reshape(shape)
        )

    return st.sampled_from(shapes).flatmap(filled)


LINES = st.lists(NUMBERS, min_size=1, max_size=12).map(lambda x: np.array(sorted(x)))
ROWS = arrays((1, 3), (3, 1), (4, 3), (9, 10), (2, 24), (0, 3))
ANY = arrays((3,), (1,), (4, 3), (4, 1), (1, 3), (1, 1), (0,))
PAIRS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "+": lambda np, a, b: a + b,
    "-": lambda np, a, b: a - b,
    "*": lambda np, a, b: a * b,
    "/": lambda np, a, b: a / b,
    "<": lambda np, a, b: a < b,
    "<=": lambda np, a, b: a <= b,
    ">": lambda np, a, b: a > b,
    ">=": lambda np, a, b: a >= b,
    "==": lambda np, a, b: a == b,
    "!=": lambda np, a, b: a != b,
    "minimum": lambda np, a, b: np.minimum(a, b),
    "maximum": lambda np, a, b: np.maximum(a, b),
}


# ---- operations of two and of one ----
@pytest.mark.parametrize("name", PAIRS)
@given(ANY, ANY)
def test_two_arrays_of_any_shapes_that_fit(name: str, a: Any, b: Any):
    operation = PAIRS[name]
    try:
        with np.errstate(all="ignore"):
            wanted = operation(np, a, b)
    except ValueError:
        with pytest.raises(ValueError, match="broadcast"):
            operation(ours, mine(a), mine(b))
    else:
        same(operation(ours, mine(a), mine(b)), wanted)


@pytest.mark.parametrize("name", PAIRS)
@given(arrays((3,), (2, 2)), arrays((3,), (2, 2), of=WHOLE), NUMBERS, WHOLE)
def test_arrays_and_numbers_floats_and_whole(name: str, a: Any, n: Any, x: float, k: int):
    operation = PAIRS[name]
    with np.errstate(all="ignore"):
        for one, other in ((a, x), (x, a), (a, k), (k, a), (n, x), (x, n), (n, k), (k, n)):
            mine_one, mine_other = (
                mine(y) if isinstance(y, np.ndarray) else y for y in (one, other)
            )
            same(operation(ours, mine_one, mine_other), operation(np, one, other))
        if a.shape == n.shape:
            same(operation(ours, mine(a), mine(n)), operation(np, a, n))
            same(operation(ours, mine(n), mine(a)), operation(np, n, a))
            same(operation(ours, mine(n), mine(n)), operation(np, n, n))


@given(arrays((3,), (2, 3)), arrays((3,), (1,)), NUMBERS)
def test_in_place_and_into_what_is_there(a: Any, b: Any, x: float):
    for other in (b, x):
        there, here = a.copy(), mine(a)
        mine_other = mine(other) if isinstance(other, np.ndarray) else other
        there += other
        here += mine_other
        there *= other
        here *= mine_other
        there -= other
        here -= mine_other
        same(here, there)
        same(ours.minimum(here, mine_other, out=here), np.minimum(there, other, out=there))
        same(here, there)


@given(arrays((4,), of=st.booleans()), arrays((4,), (1,), of=st.booleans()), NUMBERS)
def test_masks(one: Any, other: Any, x: float):
    same(mine(one) & mine(other), one & other)
    same(mine(one) | mine(other), one | other)
    same(~mine(one), ~one)
    same(mine(one) * x, one * x)
    assert (mine(one).all(), mine(one).any()) == (one.all(), one.any())


@given(ANY)
def test_operations_of_one(a: Any):
    with np.errstate(all="ignore"):
        for name in ("exp", "expm1", "log", "sqrt"):
            same(getattr(ours, name)(mine(a)), getattr(np, name)(a), within=1e-15)
            same(getattr(ours, name)(a.sum()), getattr(np, name)(a.sum()), within=1e-15)
        same(-mine(a), -a)
        same(mine(a) ** 2, a**2)
        same(~(mine(a) > 0.0), ~(a > 0.0))
        same(our_scipy.special.ndtr(mine(a)), scipy.special.ndtr(a), within=1e-13)


def test_ieee_754_at_its_edges():
    edges = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 800.0, -750.0, 5e-324])
    with np.errstate(all="ignore"):
        for operation in PAIRS.values():
            same(
                operation(ours, mine(edges)[:, None], mine(edges)),
                operation(np, edges[:, None], edges),
            )
        for name in ("exp", "expm1", "log", "sqrt"):
            same(getattr(ours, name)(mine(edges)), getattr(np, name)(edges), within=1e-15)


# ---- sums ----
@given(ROWS)
def test_sums_are_the_same_to_the_last_bit(a: Any):
    for axis in (None, 0, 1):
        same(mine(a).sum(axis=axis), a.sum(axis=axis))
    same(ours.add.reduce(mine(a)), np.add.reduce(a))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 127, 128, 129, 1000, 4099])
def test_long_sums_too(count: int):
    numbers = np.random.default_rng(count).lognormal(size=count)
    assert mine(numbers).sum() == numbers.sum()
    many = np.random.default_rng(count).lognormal(size=(count, 24))
    same(mine(many).sum(axis=0), many.sum(axis=0))
    if count:
        rows = np.random.default_rng(count).integers(-count, count, 100)
        same(
            ours.add.reduce(mine(many).take(mine(rows), axis=0)),
            many.take(rows, axis=0).sum(axis=0),
        )
        same(ours.minimum(mine(many).take(mine(rows), axis=0), 1.0), np.minimum(many[rows], 1.0))


@given(ROWS)
def test_runs_along_rows(a: Any):
    same(ours.cumsum(mine(a), axis=1), np.cumsum(a, axis=1))
    same(ours.diff(mine(a), axis=1), np.diff(a, axis=1))
    for row in a:
        same(ours.cumsum(mine(row)), np.cumsum(row))
        same(ours.cumprod(mine(row)), np.cumprod(row))
        same(ours.diff(mine(row)), np.diff(row))


@pytest.mark.parametrize(
    "shapes", [((3,), (3, 2)), ((4, 3), (3, 11)), ((1, 53), (53, 53)), ((0, 3), (3, 8))]
)
def test_products_of_matrices(shapes: Any):
    a, b = (np.random.default_rng(1).lognormal(size=shape) for shape in shapes)
    same(mine(a) @ mine(b), a @ b, within=1e-14)
    with pytest.raises(ValueError, match="do not fit"):
        mine(a) @ mine(b)[1:]


# ---- parts ----
INDICES = [
    0, -1, slice(None), slice(1, None), slice(None, -1), slice(None, None, -1), slice(5, 2),
    (slice(None), None), (slice(1, None), None),
]  # fmt: skip
INDICES_OF_ROWS = [
    1, -2, slice(1, 3), (1, 2), (-1, -1), (0, slice(1, None)), (slice(None), slice(None, -1)),
    (slice(1, None), 0), (slice(None), -1), (slice(None, None, 2), slice(None, None, 2)),
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_parts_of_a_row(index: Any):
    row = np.arange(7.0)
    same(mine(row)[index], row[index])


@pytest.mark.parametrize("index", INDICES_OF_ROWS, ids=str)
def test_parts_of_rows(index: Any):
    rows = np.arange(12.0).reshape(4, 3)
    same(mine(rows)[index], rows[index])


@given(arrays((4,), (4, 3)), st.lists(st.integers(-4, 3)), arrays((4,), of=st.booleans()))
def test_numbers_at_places_and_under_a_mask(a: Any, places: list[int], mask: Any):
    where = np.array(places, int)
    same(mine(a)[mine(where)], a[where])
    same(mine(a)[mine(mask)], a[mask])
    same(mine(mask)[mine(mask)], mask[mask])


def test_what_is_not_there_is_an_error():
    row, rows = ours.zeros(3), ours.zeros((2, 3))
    for array, index in ((row, 3), (row, -4), (rows, 2), (rows, (0, 3)), (rows, (-3, 0))):
        with pytest.raises(IndexError):
            array[index]
    for array in (row, rows):
        with pytest.raises(IndexError):
            array[ours.array([3])].tolist()
        with pytest.raises(IndexError):
            array[ours.array([True])]


def test_writing_into_an_array():
    there = np.zeros((2, 3))
    here = mine(there)
    for array in (there, here):
        array[1, -1] = 5
        array[-2, 0] += 2.5
    same(here, there)
    there, here = np.zeros(5), ours.zeros(5)
    more = np.array([1.0, 2.0])
    there[:2] += more
    here[:2] += mine(more)
    there[3], there[4:] = 7, 1
    here[3], here[4:] = 7, 1
    there[2:4], here[2:4] = more, mine(more)
    same(here, there)
    here.fill(3)
    same(here, np.full(5, 3.0))
    with pytest.raises(ValueError, match="broadcast"):
        here[:3] = mine(more)


def test_who_would_write_into_a_part_or_what_is_closed_is_refused():
    rows, row = ours.zeros((3, 2)), ours.zeros(3)
    row.setflags(write=False)
    for closed in (rows[0], rows[1:][0], row, row[:2], rows[:, 0], row[:, None].reshape(3)):
        with pytest.raises(ValueError, match="read-only"):
            closed[0] = 1.0
        with pytest.raises(ValueError, match="read-only"):
            closed.fill(1.0)
        with pytest.raises(ValueError, match="read-only"):
            ours.minimum(closed, 1.0, out=closed)
    row.copy()[0] = 1.0


# ---- searching ----
@given(LINES, arrays((8,), (3, 4), (0,), (60,)))
def test_places_between_lines(lines: Any, x: Any):
    with_nan = np.append(x, np.nan)
    same(
        ours.searchsorted(mine(lines), mine(with_nan), side="right"),
        np.searchsorted(lines, with_nan, side="right"),
    )
    x = np.concatenate((x.ravel(), lines, [np.inf, -np.inf]))
    for side in ("left", "right"):
        same(
            ours.searchsorted(mine(lines), mine(x), side=side), np.searchsorted(lines, x, side=side)
        )
        for one in x.tolist():
            assert mine(lines).searchsorted(one, side=side) == lines.searchsorted(one, side=side)


@given(st.floats(0.1, 5.0), st.floats(1.0, 1.2), arrays((40, 12), of=st.floats(-2.0, 90.0)))
def test_places_on_a_grid_that_grows(first: float, growth: float, x: Any):
    lines = np.cumsum(first * growth ** np.arange(30.0)) - first
    x[0, :] = lines[:12]
    x[1, :] = np.nextafter(lines[:12], -np.inf)
    same(
        ours.searchsorted(mine(lines), mine(x), side="right"),
        np.searchsorted(lines, x, side="right"),
    )


@given(LINES, arrays((8,)), NUMBERS)
def test_between_points_within_bounds_among_some(lines: Any, x: Any, y: float):
    lines = np.unique(lines)
    x = np.concatenate((x, lines))
    values = lines**2
    same(ours.interp(mine(x), mine(lines), mine(values)), np.interp(x, lines, values), within=1e-12)
    same(ours.clip(mine(x), min(y, 0.0), 10), np.clip(x, min(y, 0.0), 10))
    same(ours.isin(mine(x), mine(lines)), np.isin(x, lines))
    same(ours.isin(mine(x), mine(lines[:0])), np.isin(x, lines[:0]))
    same(ours.where(mine(x) > y, mine(x), 0), np.where(x > y, x, 0.0))
    same(ours.where(mine(x)[:, None] > mine(x), 1.0, mine(x)), np.where(x[:, None] > x, 1.0, x))


# ---- making ----
def test_new_arrays():
    same(ours.zeros((2, 1)), np.zeros((2, 1)))
    same(ours.arange(5), np.arange(5))
    same(ours.arange(0.0, 90.0, 0.25), np.arange(0.0, 90.0, 0.25))
    same(ours.arange(1.0, 2.0, 0.3), np.arange(1.0, 2.0, 0.3))
    same(ours.eye(3), np.eye(3))
    same(ours.full(2, 0.3), np.full(2, 0.3))
    same(ours.zeros(2, dtype=ours.int64), np.zeros(2, dtype=np.int64))
    same(ours.fromiter({1: 2, 3: 4}.values(), ours.float64, 2), np.array([2.0, 4.0]))
    same(ours.array([[1, 2.5], [3, 4]]), np.array([[1, 2.5], [3, 4]]))
    same(ours.array([]), np.array([]))
    same(ours.asarray([1, 2], float), np.asarray([1, 2], float))
    same(ours.append(ours.arange(2.0), ours.inf), np.append(np.arange(2.0), np.inf))
    with pytest.raises(ValueError, match="different lengths"):
        ours.array([[1.0], [2.0, 3.0]])


@given(ROWS, arrays((4, 2), (1, 3), (9, 3), (9, 9)))
def test_arrays_put_together(a: Any, b: Any):
    for axis in (0, 1):
        try:
            wanted = np.concatenate((a, b), axis=axis)
        except ValueError:
            with pytest.raises(ValueError, match="must match"):
                ours.concatenate((mine(a), mine(b)), axis=axis)
        else:
            same(ours.concatenate((mine(a), mine(b)), axis=axis), wanted)


@given(arrays((3,), (2, 2)), arrays((3,), of=WHOLE))
def test_bytes_and_back(a: Any, n: Any):
    assert (mine(a).tobytes(), mine(n).tobytes()) == (a.tobytes(), n.tobytes())
    same(ours.frombuffer(a.tobytes()).reshape(a.shape).copy(), a)
    same(mine(a).astype(ours.int64), a.astype(np.int64))
    same(mine(n).astype(float), n.astype(float))
    same(copy.copy(mine(a)), a)
    assert [row.tolist() if a.ndim > 1 else row for row in mine(a)] == a.tolist()


def test_places_and_weights_of_gauss_and_legendre():
    from numpy.polynomial.legendre import leggauss

    for found, wanted in zip(ours.polynomial.legendre.leggauss(48), leggauss(48), strict=True):
        same(found, wanted, within=1e-11)


def test_what_is_not_covered_says_so():
    row = ours.zeros(3)
    for ask in (
        lambda: ours.fft, lambda: ours.random.default_rng(1), lambda: ours.random.Generator(1),
        lambda: row.argsort(), lambda: row[0.5], lambda: row**3, lambda: ours.zeros((2, 2, 2)),
        lambda: (row > 0.0) + (row > 0.0),
        lambda: our_scipy.stats, lambda: our_scipy.special.betaincinv(1.0, 1.0, 0.5),
        lambda: row + "a", lambda: ours.cumsum(ours.zeros((2, 2)), axis=0),
    ):  # fmt: skip
        with pytest.raises(NotImplementedError, match="CPython"):
            ask()
    with pytest.raises(AttributeError):
        ours.__nothing__  # noqa: B018


# ---- the look ahead ----
SWAPPED = ("numpy", "scipy", "models", "dialer")


@pytest.fixture(scope="module")
def our_forecast() -> Iterator[ModuleType]:
    """The module as PyPy knows it, and everything that it imports of ours."""
    before = {name: sys.modules.pop(name) for name in [*sys.modules] if _is_swapped(name)}
    sys.modules["numpy"], sys.modules["scipy"] = ours, our_scipy
    for module in (ours.typing, ours.polynomial, ours.polynomial.legendre, our_scipy.special):
        sys.modules[module.__name__.removeprefix("sim.pypy.standins.")] = module
    try:
        import dialer.engine.pacing.forecast as found
    finally:
        for name in [*sys.modules]:
            if _is_swapped(name):
                del sys.modules[name]
        sys.modules.update(before)
    return found


def _is_swapped(name: str) -> bool:
    return name.partition(".")[0] in SWAPPED


@pytest.fixture(scope="module")
def forecast() -> ModuleType:
    import dialer.engine.pacing.forecast as found

    return found


def learnt_of(module: ModuleType, facts: int) -> Any:
    """A forecast that has seen so much end."""
    chance = np.random.default_rng(facts)
    ahead = module.Forecast()
    for n in range(facts):
        ahead.learnt.person.add(float(chance.gamma(3.0, 4.0)))
        ahead.learnt.other.add(float(chance.uniform(1.0, 40.0)), way=None if n % 3 else 0)
        ahead.learnt.talk.add(float(chance.exponential(150.0)))
        ahead.learnt.wrap_up.add(float(chance.exponential(25.0)))
    return ahead


def seen_by(np_: Any) -> Any:
    chance = np.random.default_rng(5)
    busy, rings = chance.exponential(150.0, 60), chance.uniform(0.0, 70.0, 40)
    since = (1000.0 - busy).tolist()
    return SimpleNamespace(
        at=1000.0,
        busy_since=np_.array(since),
        busy_phase=np_.array([n % 2 for n in range(60)]),
        leaving=np_.array(since[3:7]),
        ringing_since=np_.array((1000.0 - rings).tolist()),
    )


@pytest.mark.parametrize("facts", [0, 3, 500])
def test_the_tables_are_the_same(forecast: ModuleType, our_forecast: ModuleType, facts: int):
    known = forecast.tables(learnt_of(forecast, facts).learnt)
    found = our_forecast.tables(learnt_of(our_forecast, facts).learnt)
    assert found.first == pytest.approx(known.first, rel=1e-12)
    for name in ("delays_s", "answered", "person_left", "other_left", "free"):
        np.testing.assert_allclose(
            getattr(found, name).tolist(), getattr(known, name), rtol=1e-12, atol=1e-12
        )


def test_so_is_what_is_foreseen(forecast: ModuleType, our_forecast: ModuleType):
    ahead, our_ahead = learnt_of(forecast, 300), learnt_of(our_forecast, 300)
    seen, our_seen = seen_by(np), seen_by(ours)
    known, our_known = ahead.tables(seen), our_ahead.tables(our_seen)
    near = {"rtol": 1e-12, "atol": 1e-12}
    np.testing.assert_allclose(
        our_ahead.free(our_seen, our_known).tolist(), ahead.free(seen, known), **near
    )
    for chance in (0.3, np.linspace(0.1, 0.6, 40)):
        our_chance = mine(chance) if isinstance(chance, np.ndarray) else chance
        np.testing.assert_allclose(
            our_ahead.answers(our_seen, our_known, our_chance).tolist(),
            ahead.answers(seen, known, chance),
            **near,
        )


def test_what_was_learnt_is_kept_alike(forecast: ModuleType, our_forecast: ModuleType):
    kept, our_kept = (
        learnt_of(forecast, 40).learnt.keep(),
        learnt_of(our_forecast, 40).learnt.keep(),
    )
    assert our_kept == kept
    resumed = our_forecast.Learnt()
    resumed.resume(kept)
    assert resumed.keep() == kept
