"""How long the program takes to start and to plan, against named baselines."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measures import Row, best

from kit import phone
from kit import plan as planning
from kit.model import E164, Contact, Group

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
KIT = Path(sys.executable).with_name("kit")


def rows() -> list[Row]:
    return [*startup(), *growing()]


def program(*arguments: str | Path) -> Callable[[], object]:
    return lambda: subprocess.run([*arguments], check=True, capture_output=True)


def book(cards: int) -> list[str]:
    """Cards as phones write them, a third each of Android 2.1, iPhone 3.0 and 4.0."""
    return [_card(n) for n in range(cards)]


def _card(n: int) -> str:
    name, mobile = f"王小{chr(0x4E00 + n % 5000)}", f"1380000{n % 1000:04}"
    quoted = "".join(f"={byte:02X}" for byte in name.encode())
    if n % 3 == 0:
        lines = [
            "VERSION:2.1",
            f"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{quoted};;;",
            f"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}",
            f"TEL;CELL;PREF:{mobile[:1]}-{mobile[1:4]}-{mobile[4:7]}-{mobile[7:]}",
        ]
    elif n % 3 == 1:
        lines = [
            "VERSION:3.0",
            "PRODID:-//Apple Inc.//iOS 18.0//EN",
            f"N:{name[0]};{name[1:]};;;",
            f"FN:{name}",
            f"item1.TEL;type=CELL;type=VOICE;type=pref:+86 {mobile}",
            "item1.X-ABLabel:_$!<Mobile>!$_",
            "NOTE:a note",
        ]
    else:
        lines = [
            "VERSION:4.0",
            f"FN:{name}",
            f"N:{name[0]};{name[1:]};;;",
            f'TEL;VALUE=uri;TYPE="voice,cell":tel:+86{mobile}',
            f"EMAIL:a{n}@example.com",
            "CATEGORIES:friends",
        ]
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])


def people(count: int) -> list[Contact]:
    return [
        Contact(
            id=f"{n:012x}",
            names=(f"n{n}",),
            numbers=(E164(f"+86139{n:08}"),),
            group=Group.EVERYONE,
        )
        for n in range(count)
    ]


def plan_for(count: int) -> Callable[[], object]:
    contacts = people(count)
    wishes = planning.Wishes(
        notice_id="n",
        channel="phone",
        sender="小明",
        now=datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
        last=lambda _: "reply",
        allows=lambda _, __: True,
        reaches=lambda _: True,
    )

    def plan() -> None:
        phone.kind.cache_clear()
        planning.draft(contacts, wishes, planning.Known())

    return plan


def startup() -> list[Row]:
    click = best(program(sys.executable, "-c", "import click"), ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KIT_HOME": folder, "KIT_KEY_FILE": f"{folder}/key"}
        vcf = Path(folder) / "book.vcf"
        vcf.write_text("".join(book(500)), encoding="utf-8")
        program(KIT, "import", vcf)()
        version = best(program(KIT, "--version"), ROUNDS)
        contacts = best(program(KIT, "contacts"), ROUNDS)
    return [
        Row("kit --version against import click", version / click, at_most=2.5),
        Row("kit contacts on 500 people against import click", contacts / click, at_most=4),
    ]


def growing() -> list[Row]:
    thousand, ten_thousand = best(plan_for(1_000), 3), best(plan_for(10_000), 3)
    return [Row("planning 10,000 contacts against 1,000", ten_thousand / thousand, at_most=12)]
