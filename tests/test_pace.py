from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from benchmarks import pacing
from standins.android import MOST_SEGMENTS
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

from kit.actions import planning, running
from kit.actions.store import open_store
from kit.actions.unlocking import Nobody
from kit.model import E164, Contact, Group
from kit.settings import load

if TYPE_CHECKING:
    from pathlib import Path

    from kit.settings import Settings

PER_SECOND = 10


@pytest.mark.parametrize(("kind", "lengths"), pacing.kinds(5).items())
def test_android_refuses_no_text_and_its_window_is_used(kind: str, lengths: list[int]) -> None:
    day = pacing.ours(lengths)

    assert (day.left, day.refused) == (len(lengths), 0), kind
    assert day.share >= 0.9


@pytest.mark.parametrize(("length", "refused"), [(1, 0), (2, 15), (4, 23)])
def test_the_phone_of_the_tests_refuses_who_counts_messages(length: int, refused: int) -> None:
    assert pacing.naive([length] * MOST_SEGMENTS, lot=MOST_SEGMENTS).refused == refused


@pytest.fixture
def server() -> TwilioStandin:
    return TwilioStandin()


def test_eight_threads_together_keep_the_pace_of_a_second(
    server: TwilioStandin, tmp_path: Path
) -> None:
    server.conduct.latency_s = 0.3
    people = 25
    with server:
        store = open_store(_settings(server.url, tmp_path), Nobody())
        store.book.save(_person(n) for n in range(people))
        request = planning.Request(
            channel="twilio", sender="小明", hours="00:00-24:00", max_per_second=PER_SECOND
        )
        plan = planning.freeze_plan(store, request)
        with running.run(store, plan, people) as run:
            outcomes = list(run.sending())
        claims = store.ledger.claimed_between("twilio", plan.frozen_at, store.clock())
        store.close()

    assert len(outcomes) == len(claims) == len(server.came_at) == people
    assert most_within(1, [claim.timestamp() for claim in claims]) <= PER_SECOND


def most_within(seconds: float, moments: list[float]) -> int:
    return max(sum(begin <= at < begin + seconds for at in moments) for begin in moments)


def _person(n: int) -> Contact:
    number = E164(f"+86138000000{n:02}")
    return Contact(id=f"{n:012x}", names=(f"n{n}",), numbers=(number,), group=Group.EVERYONE)


def _settings(url: str, home: Path) -> Settings:
    return load(
        {
            "KIT_HOME": str(home / "home"),
            "KIT_KEY_FILE": str(home / "home" / "key"),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "KIT_TWILIO_SENDER": NUMBER,
            "KIT_TWILIO_BASE_URL": url,
        }
    )
