"""Providers that remember: each stand-in with its settings, its people and what it took.

The stand-in's own state is the judge of what was sent; only counts are compared and shown.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conftest import card
from standins.android import PASSWORD, USER, AndroidPhone
from standins.mail import MailServer, Post
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result


@dataclass(frozen=True)
class Provider:
    """One way out, open on this computer."""

    channel: str
    #: how many messages it took, by recipient
    taken: Callable[[], Counter[str]]
    settings: dict[str, str] = field(default_factory=dict)
    #: what `kit send` needs besides
    arguments: tuple[str, ...] = ()

    def cards(self, people: int) -> list[str]:
        """Invented people whom this channel reaches."""
        if self.channel == "email":
            return [card(f"n{n}", email=f"n{n}@example.com") for n in range(people)]
        return [card(f"n{n}", f"138000{n:05}") for n in range(people)]


@dataclass(frozen=True)
class Verdict:
    """What the provider's state says of what the ledger believes."""

    #: the ledger says taken, and the provider took exactly one
    once: int
    #: the ledger says that nobody knows
    unknown: int = 0
    #: neither
    otherwise: int = 0
    #: people for whom the provider took more than one, whatever the ledger says
    doubled: int = 0
    #: people for whom the provider took one of which the ledger knows nothing
    unnoticed: int = 0


def judge(provider: Provider, status: Result) -> Verdict:
    """Compare what the provider took with `kit status --json`."""
    taken = provider.taken()
    rows = [json.loads(line) for line in status.stdout.splitlines()]
    told = {row["recipient"] for row in rows if row["status"] in ("accepted", "delivered")}
    unknown = {row["recipient"] for row in rows if row["status"] == "unknown"}
    once = sum(taken[recipient] == 1 for recipient in told)
    return Verdict(
        once=once,
        unknown=len(unknown),
        otherwise=len(rows) - once - len(unknown),
        doubled=sum(number > 1 for number in taken.values()),
        unnoticed=len(set(taken) - told - unknown),
    )


@contextmanager
def outbox(folder: Path) -> Iterator[Provider]:
    def taken() -> Counter[str]:
        texts = [path.read_text(encoding="utf-8") for path in folder.glob("out/*.txt")]
        return Counter(text.partition("（")[0] for text in texts)

    yield Provider("outbox", taken, arguments=("--to", str(folder / "out")))


def of_twilio(standin: TwilioStandin) -> Provider:
    settings = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "KIT_TWILIO_SENDER": NUMBER,
        "KIT_TWILIO_BASE_URL": standin.url,
    }
    return Provider("twilio", lambda: Counter(m["to"] for m in standin.messages), settings)


@contextmanager
def twilio(_: Path) -> Iterator[Provider]:
    with TwilioStandin() as standin:
        yield of_twilio(standin)


def of_android(phone: AndroidPhone) -> Provider:
    settings = {
        "KIT_ANDROID_URL": phone.url,
        "KIT_ANDROID_USER": USER,
        "KIT_ANDROID_PASSWORD": PASSWORD,
    }
    return Provider("android", lambda: Counter(t.to for t in phone.texts.values()), settings)


@contextmanager
def android(_: Path) -> Iterator[Provider]:
    with AndroidPhone() as phone:
        phone.at_once = True
        yield of_android(phone)


@contextmanager
def email(_: Path) -> Iterator[Provider]:
    post = Post()
    server = MailServer(post)
    server.start()
    with contextlib.ExitStack() as stack:
        stack.callback(server.stop)
        settings = {
            "KIT_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
            "KIT_EMAIL_FROM": "me@example.com",
        }
        yield Provider("email", lambda: Counter(to for to, _ in post.taken), settings)


#: Every channel that sends by itself.
BY_ITSELF = {"outbox": outbox, "twilio": twilio, "android": android, "email": email}
