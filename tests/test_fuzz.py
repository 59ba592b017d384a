"""Readers of what comes from outside, with damaged and hostile bytes: a few of `make fuzz`'s many.

`tests/fuzz/table` has every reader; what once went wrong lies in `tests/fuzz/seeds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fuzz.mutating import MOST_GROWN, dice, mutated
from fuzz.table import SEEDS, targets
from fuzz.target import Place, Target
from fuzz.watching import Seen, fault, shortened, watch

from kit.errors import NotATimeError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Inputs for each of a target's shares: some hundreds, a hundred times a second.
_A_SHARE = 2


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.close()


@pytest.mark.no_cover
def test_no_reader_crashes_or_hangs(place: Place) -> None:
    wrong: dict[str, bytes] = {}
    for target in targets(place):
        seen, random = Seen(), dice(target.name)
        for data in target.seeds:
            watch(target, data, seen)
        for _ in range(target.share * _A_SHARE):
            watch(target, mutated(random, target.seeds, target.words), seen)
        wrong |= {f"{target.name}: {what}": data[:500] for what, data in seen.wrong.items()}

    assert wrong == {}


def test_what_is_kept_is_of_a_reader_that_there_is(place: Place) -> None:
    names = [one.name for one in targets(place)]

    assert len(names) == len(set(names))
    assert {one.name for one in SEEDS.iterdir()} <= set(names)


def _fussy(data: bytes) -> object:
    """A reader with three faults, and one refusal."""
    if data.startswith(b"no"):
        raise NotATimeError
    if b"=0," in data:
        return 1 // 0
    if b"\xff" in data:
        return [{"text": "\udcff"}]
    return sum(range(10**7)) if b"hang" in data else data


FUSSY = Target(name="fussy", read=_fussy, seeds=(b"[a=17,b=2]", b'{"a": [1, 2]}'))


def test_a_fault_is_found_among_a_few_hundred_inputs_and_made_short() -> None:
    seen, random = Seen(), dice(1)
    for _ in range(600):
        watch(FUSSY, mutated(random, FUSSY.seeds), seen)
    divided = next(what for what in seen.wrong if what.startswith("ZeroDivisionError"))
    short = shortened(seen.wrong[divided], lambda one: fault(FUSSY, one) == divided)

    assert short == b"=0,"
    assert any(what.startswith("UnicodeEncodeError") for what in seen.wrong)
    assert len(seen.wrong) == 2
    assert (seen.inputs, seen.hangs) == (600, 0)


def test_a_refusal_is_no_fault_and_what_takes_too_long_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Seen()
    watch(FUSSY, b"no", seen)

    assert seen.wrong == {}

    monkeypatch.setattr("fuzz.watching.PATIENCE_S", 0.01)
    watch(FUSSY, b"hang", seen)

    assert (seen.hangs, list(seen.wrong.values())) == (1, [b"hang"])


def test_the_same_random_numbers_give_the_same_bytes_and_no_more_than_so_many() -> None:
    one, other = ([mutated(dice(n), FUSSY.seeds) for n in range(400)] for _ in range(2))

    assert one == other
    assert max(map(len, one)) <= MOST_GROWN
