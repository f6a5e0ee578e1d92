"""What stands for msgspec on PyPy, held against msgspec itself."""

from types import ModuleType
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.pypy.standins import _sha512
from sim.pypy.standins import msgspec as ours

BOTH = (msgspec, ours)


def declared(lib: Any) -> Any:
    """The same structs by either library."""

    class Event(lib.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
        at: float

    class Ringing(Event, frozen=True, tag=True):
        call: str
        seconds: float | None = None
        marks: tuple[str, ...] = ()

    class Book(lib.Struct):
        names: list[str] = []  # noqa: RUF012 - of a struct
        counts: dict[str, int] = {}  # noqa: RUF012 - of a struct
        made: list[int] = lib.field(default_factory=lambda: [1])
        page: int = lib.field(default=7)

    class Law(lib.Struct, frozen=True):
        kind: Literal["fixed", "mixture"]
        mean: float = 0.0
        parts: tuple[tuple[float, "Law"], ...] = ()

    class Day(lib.Struct, frozen=True, kw_only=True):
        name: str
        law: Law = Law("fixed", 1.0)
        leaves: Law | None = None
        by_hour: tuple[float, ...] = ()
        names: list[str] | None = None
        counts: dict[str, float] = {}  # noqa: RUF012 - of a struct

    class Key(lib.Struct, frozen=True, cache_hash=True):
        of: Any

    class Nothing(lib.Struct, frozen=True):
        pass

    space = ModuleType(f"declared_by_{lib.__name__.replace('.', '_')}")
    for kind in (Event, Ringing, Book, Law, Day, Key, Nothing):
        setattr(space, kind.__name__, kind)
    Law.__annotations__["parts"] = tuple[
        tuple[float, Law], ...
    ]  # a local name that both shall find
    return space


THEIRS, OURS = (declared(lib) for lib in BOTH)


def both(make: Any) -> tuple[Any, Any]:
    return make(THEIRS, msgspec), make(OURS, ours)


calls = st.text(max_size=4)
seconds = st.none() | st.floats(allow_nan=False)


@given(at=st.floats(allow_nan=False), call=calls, seconds=seconds, other=calls)
def test_a_struct_is_shown_compared_and_changed_alike(at, call, seconds, other):
    def made(of: Any, lib: Any) -> Any:
        one = of.Ringing(call, seconds, at=at)
        changed = lib.structs.replace(one, call=other)
        return (
            repr(one), repr(changed), one == changed, one == of.Ringing(call, seconds, at=at),
            hash(one) == hash(changed) if one == changed else None,
            lib.structs.asdict(changed), lib.structs.astuple(one), one.__struct_fields__,
        )  # fmt: skip

    theirs, mine = both(made)
    assert mine == theirs


def test_whoever_stands_first_is_told_by_position_and_the_rest_by_name():
    shown = both(lambda of, _: (repr(of.Ringing("a", at=1.0)), of.Ringing.__match_args__))
    assert shown[0] == shown[1] == ("Ringing(call='a', seconds=None, marks=(), at=1.0)",
                                   ("call", "seconds", "marks"))  # fmt: skip
    for of in (THEIRS, OURS):
        with pytest.raises(TypeError):
            of.Ringing("a", None, (), 1.0)
        with pytest.raises(TypeError):
            of.Ringing("a")


def test_what_is_empty_by_default_is_each_ones_own():
    for of in (THEIRS, OURS):
        one, other = of.Book(), of.Book()
        one.names.append("x")
        one.counts["x"] = 1
        one.made.append(2)
        assert (other.names, other.counts, other.made, other.page) == ([], {}, [1], 7)


def test_a_copy_shares_what_is_in_it():
    from copy import copy

    for of in (THEIRS, OURS):
        one = of.Book(["x"])
        other = copy(one)
        assert other == one
        assert other is not one
        assert other.names is one.names


def test_two_kinds_with_the_same_fields_differ_and_only_frozen_ones_can_be_keys():
    for of in (THEIRS, OURS):
        assert of.Nothing() == of.Nothing()
        assert of.Nothing() != of.Law("fixed")
        assert len({of.Nothing(), of.Nothing(), of.Law("fixed")}) == 2
        with pytest.raises(TypeError):
            hash(of.Book())


def test_what_is_often_a_key_reckons_its_hash_once_and_a_changed_copy_its_own():
    class Counted:
        asked = 0

        def __hash__(self) -> int:
            Counted.asked += 1
            return 7

    for of, lib in zip((THEIRS, OURS), BOTH, strict=True):
        Counted.asked = 0
        key = of.Key(Counted())
        assert hash(key) == hash(key) == hash(of.Key(key.of))
        assert Counted.asked == 2
        other = lib.structs.replace(key, of="x")
        assert hash(other) == hash(of.Key("x")) != hash(key)
        assert (other == of.Key("x"), repr(other)) == (True, "Key(of='x')")


def test_a_struct_without_fields_is_changed_to_itself():
    assert both(lambda of, lib: repr(lib.structs.replace(of.Nothing()))) == ("Nothing()",) * 2


laws = st.recursive(
    st.fixed_dictionaries({"kind": st.just("fixed"), "mean": st.integers(0, 9) | st.floats(0, 9)}),
    lambda inner: st.fixed_dictionaries(
        {"kind": st.just("mixture"),
         "parts": st.lists(st.tuples(st.floats(0, 1), inner).map(list), max_size=3)}
    ),
    max_leaves=4,
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {"name": calls},
        optional={
            "law": laws, "leaves": st.none() | laws, "by_hour": st.lists(st.floats(0, 1)),
            "names": st.none() | st.lists(calls), "counts": st.dictionaries(calls, st.floats(0, 1)),
        },
    )
)  # fmt: skip
def test_plain_values_become_the_same_structs(plain):
    theirs, mine = both(lambda of, lib: repr(lib.convert(plain, of.Day)))
    assert mine == theirs


def test_a_struct_that_is_one_already_stays():
    day = OURS.Day(name="x")
    assert ours.convert(day, OURS.Day) is day


def test_fields_say_what_must_be_given():
    def told(of: Any, lib: Any) -> Any:
        return {one.name: (one.encode_name, one.required) for one in lib.structs.fields(of.Ringing)}

    theirs, mine = both(told)
    assert mine == theirs


def test_what_goes_over_a_wire_does_so_elsewhere():
    import pickle

    for ask in (
        lambda: ours.json.Encoder().encode(1), lambda: ours.json.Decoder(OURS.Day).decode(b"{}"),
        lambda: ours.msgpack.encode(1), lambda: ours.to_builtins(OURS.Nothing()),
        lambda: pickle.dumps(OURS.Nothing()),
    ):  # fmt: skip
        with pytest.raises(NotImplementedError, match="do it on CPython"):
            ask()


def test_seeds_are_hashed_as_everywhere():
    import hashlib

    assert _sha512.sha512(b"seed").digest() == hashlib.sha512(b"seed").digest()
    assert _sha512.sha384(b"seed").digest() == hashlib.sha384(b"seed").digest()
