"""Side by side: three senders as people write them, and this one, through the same bad day.

Each has the same `.vcf` and a stand-in of its own, which answers after 200 ms, takes ten creates in
any second (429 above that), takes six messages whose answer is then lost, is busy with somebody
else for one second, and knows two people who want no more. What counts is what the stand-in took.

The share of the permitted rate is what the stand-in let through between the first create and the
last, against what its limit allows in that time; the second in which it was busy allows nothing.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import phonenumbers
import vobject
from benchmarks import borrower
from benchmarks.measures import Row, standin
from standins.twilio import ACCOUNT, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.borrower import Book

    Sender = Callable[[Path, str], None]

_LOG = logging.getLogger(__name__)

#: Apprise takes only letters and digits.
TOKEN = "atokenofnobody00"  # noqa: S105  # of nobody
RATE = 10
LATENCY_S = 0.2
BUSY_S = 1
_ROUNDS = 2
TEXT = "我是小明。有人可能会打电话给你，说我的事，请不要理会，也不要转账。"
KIT = Path(sys.executable).with_name("kit")

#: Of these people the first message is taken and its answer lost, at once or after a while.
_CUT = {8: 0.0, 28: 3.0, 58: 0.0, 88: 3.0, 118: 0.0, 138: 3.0}
#: When the message to this one comes, somebody else has used up the account's second.
_BUSY_AT = 99


@dataclass(frozen=True, slots=True)
class Result:
    """What a sender did to the people of the book."""

    name: str
    missed: int
    twice: int
    not_people: int
    seconds: float
    share: float


def rows() -> list[Row]:
    """All four, printed as a table; the targets are for ours."""
    results = compare()
    print(_table(results))  # noqa: T201 (a table is its result)
    ours = results[-1]
    return [
        Row("people missed by kit send", ours.missed, at_most=0),
        Row("people told twice by kit send", ours.twice, at_most=0),
        Row("texts to landlines and service numbers", ours.not_people, at_most=0),
        Row("share of the permitted rate that kit send uses", ours.share, at_least=0.95),
    ]


def compare() -> list[Result]:
    """The first three wait for answers nearly all the time, so they may run at the same time."""
    book = borrower.book()
    naive: dict[str, Sender] = {
        "a loop over the Twilio library": plain_loop,
        "a loop, three tries each": loop_with_retries,
        "Apprise, its Twilio plugin": by_apprise,
    }
    with ThreadPoolExecutor() as pool:
        running = [pool.submit(_result, name, sender, book) for name, sender in naive.items()]
        results = [one.result() for one in running]
    rounds = [_result("this kit", by_the_kit, book) for _ in range(_ROUNDS)]
    return [*results, _worst_but_fastest(rounds)]


# --- the senders --------------------------------------------------------------------------


def numbers_of(vcf: Path) -> list[str]:
    """Every number of every card, as a plain script reads them."""
    found = []
    for card in vobject.readComponents(vcf.read_text(encoding="utf-8"), allowQP=True):
        for tel in card.contents.get("tel", []):
            number = phonenumbers.parse(tel.value, "CN")
            found.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return found


def plain_loop(vcf: Path, url: str) -> None:
    """As in public samples: an error is printed, and the loop goes on."""
    client = twilio_client(url)
    for number in numbers_of(vcf):
        try:
            client.messages.create(to=number, from_=NUMBER, body=TEXT)
        except Exception as error:  # noqa: BLE001  # as in public samples
            _LOG.debug("%s", type(error))


def loop_with_retries(vcf: Path, url: str) -> None:
    """Three tries on any error, a second between them."""
    client = twilio_client(url)
    for number in numbers_of(vcf):
        for _ in range(3):
            try:
                client.messages.create(to=number, from_=NUMBER, body=TEXT)
                break
            except Exception:  # noqa: BLE001  # as in public samples
                time.sleep(1)


def by_apprise(vcf: Path, url: str) -> None:
    """One call for all numbers. Its address of Twilio is fixed, so it is changed for its class."""
    import apprise
    from apprise.plugins.twilio import NotifyTwilio

    NotifyTwilio.notify_sms_url = f"{url}/2010-04-01/Accounts/{{sid}}/Messages.json"
    to_all = NotifyTwilio(
        account_sid=ACCOUNT, auth_token=TOKEN, source=NUMBER, targets=numbers_of(vcf)
    )
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    sender = apprise.Apprise()
    sender.add(to_all)
    sender.notify(body=TEXT)


def by_the_kit(vcf: Path, url: str) -> None:
    """Every step a borrower takes; the second `send` is for what could not go at first."""
    home = vcf.parent / "home"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KIT_")},
        "KIT_HOME": str(home),
        "KIT_KEY_FILE": str(home / "key"),
        "KIT_LANG": "en",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "KIT_TWILIO_SENDER": NUMBER,
        "KIT_TWILIO_BASE_URL": url,
    }

    def kit(*arguments: str | Path) -> str:
        command = [KIT, *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        if done.returncode not in (0, 3):  # 3: done, and there is something to read
            raise RuntimeError(done.stderr)
        return done.stdout

    kit("import", vcf)
    kit("choose", "--everyone-else")
    pace = ("--max-per-second", str(RATE), "--hours", "00:00-24:00")
    planned = kit("plan", "--via", "twilio", "--from", "小明", *pace, "--json")
    count = str(planned.count('"recipient"'))
    kit("send", "--yes", count)
    kit("sync")
    kit("send", "--yes", count)


def twilio_client(url: str) -> Any:  # noqa: ANN401  # the SDK has no types
    """The library's own client, with a time-out, pointed at the stand-in."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(timeout=10))
    client.api.base_url = url
    return client


# --- the count ----------------------------------------------------------------------------


def _result(name: str, sender: Sender, book: Book) -> Result:
    with tempfile.TemporaryDirectory() as folder, standin() as server:
        vcf = Path(folder) / "book.vcf"
        vcf.write_bytes(book.vcf.encode())
        lost = {
            borrower.mobile(n): [{"do": "store and cut", "seconds": seconds}]
            for n, seconds in _CUT.items()
        }
        busy = {borrower.mobile(_BUSY_AT): [{"do": "be busy", "seconds": BUSY_S}]}
        server.control(
            token=TOKEN,
            per_second=RATE,
            retry_after=BUSY_S,
            latency_s=LATENCY_S,
            opted_out=book.opted_out,
            script=lost | busy,
        )
        started = time.monotonic()
        sender(vcf, server.url)
        return counted(name, book, server.control(), time.monotonic() - started)


def counted(name: str, book: Book, state: dict[str, Any], seconds: float) -> Result:
    """What the stand-in took, against the truth about the book."""
    taken = Counter(message["to"] for message in state["messages"])
    told = [sum(taken[number] for number in person) for person in book.people]
    came_at = state["came_at"]
    permitted_s = came_at[-1] - came_at[0] - BUSY_S
    return Result(
        name=name,
        missed=told.count(0),
        twice=sum(count > 1 for count in told),
        not_people=taken.total() - sum(told),
        seconds=seconds,
        share=(len(came_at) - 1) / (RATE * permitted_s),
    )


def _worst_but_fastest(rounds: list[Result]) -> Result:
    """The most people wronged in any round; the time of the round that other work slowed least."""
    fastest = max(rounds, key=lambda one: one.share)
    return replace(
        fastest,
        missed=max(one.missed for one in rounds),
        twice=max(one.twice for one in rounds),
        not_people=max(one.not_people for one in rounds),
    )


def _table(results: list[Result]) -> str:
    lines = [f"{'':34}{'missed':>8}{'twice':>8}{'no person':>11}{'seconds':>9}{'of rate':>9}"]
    lines += [
        f"{one.name:34}{one.missed:8}{one.twice:8}{one.not_people:11}"
        f"{one.seconds:9.0f}{one.share:9.0%}"
        for one in results
    ]
    return "\n".join(lines)
