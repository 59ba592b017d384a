from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kit.actions.routes import Routes
from kit.model import E164, Contact, Email, Tone
from kit.settings import Settings

HERE = "http://127.0.0.1:9"
#: Of no range that is kept for fiction; put together here, so that none stands in a file.
CHINA, US, JAPAN = (
    E164("+86139" + "0" * 8),
    E164("+1212" + "5557890"),
    E164("+8190" + "1234567" + "8"),
)
INVENTED = E164("+8613800000001")
MAIL, INVENTED_MAIL = Email("a@mail.cn"), Email("a@example.com")
SETTINGS = Settings(home=Path(), language="en", twilio_sender="+12125550100")


def routes(channel: str, *, registered: bool = False, **settings: str) -> Routes:
    chosen = replace(SETTINGS, **settings)  # type: ignore[arg-type]  # they are texts
    return Routes(settings=chosen, channel=channel, registered_sender=registered)


@pytest.mark.parametrize(
    ("channel", "settings", "reached"),
    [
        ("phone", {}, True),
        ("outbox", {}, True),
        ("twilio", {}, False),
        ("twilio", {"twilio_base_url": HERE}, True),
        ("twilio", {"twilio_base_url": "https://127.0.0.1.example.org"}, False),
        ("android", {"android_url": "http://192.168.43.1:8080"}, False),
        ("android", {"android_url": HERE}, True),
    ],
)
def test_an_invented_number_needs_a_stand_in(
    channel: str, settings: dict[str, Any], reached: bool
) -> None:
    assert routes(channel, **settings).reaches(INVENTED) is reached
    assert routes(channel, **settings).reaches(CHINA)


def test_an_invented_address_of_mail_needs_one_too() -> None:
    assert routes("twilio", twilio_base_url=HERE).reaches(MAIL)
    assert not routes("twilio", twilio_base_url=HERE).reaches(INVENTED_MAIL)
    assert routes("email", smtp_url="smtp://localhost:25").reaches(INVENTED_MAIL)


@pytest.mark.parametrize(
    ("number", "tone", "registered", "allowed"),
    [
        (CHINA, Tone.NEUTRAL, False, False),
        (CHINA, Tone.NEUTRAL, True, True),
        (CHINA, Tone.OPEN, True, False),
        (US, Tone.OPEN, True, False),
        (JAPAN, Tone.OPEN, False, True),
        (MAIL, Tone.OPEN, False, True),
    ],
)
def test_the_rules_for_the_country_decide(
    number: E164, tone: Tone, registered: bool, allowed: bool
) -> None:
    assert routes("twilio", registered=registered).allows(number, tone) is allowed
    assert routes("android").allows(number, tone)
    assert routes("twilio", twilio_base_url=HERE).allows(number, tone)


@pytest.mark.parametrize(
    ("channel", "sender", "address", "last"),
    [
        ("phone", "", CHINA, "reply"),
        ("android", "", CHINA, "reply"),
        ("email", "", MAIL, "reply"),
        ("twilio", "+12125550100", MAIL, "reply"),
        ("twilio", "+12125550100", CHINA, "ring"),
        ("twilio", "+12125550100", US, "stop"),
        ("twilio", "MG00000000000000000000000000000001", US, "stop"),
        ("twilio", "MG00000000000000000000000000000001", CHINA, "ring"),
        ("twilio", "XiaoMing", US, "ring"),
        ("twilio", JAPAN, US, "ring"),
        ("twilio", JAPAN, JAPAN, "ring"),
    ],
)
def test_a_reply_is_asked_for_only_where_it_comes_back(
    channel: str, sender: str, address: E164, last: str
) -> None:
    assert routes(channel, twilio_sender=sender).last(address) == last


def test_advice_is_given_for_every_country_by_its_people() -> None:
    people = [
        Contact(id=str(n), numbers=(number,))
        for n, number in enumerate([CHINA, E164("+86139" + "0" * 7 + "1"), JAPAN])
    ]
    said = [(one.route.region, one.people, one.allowed) for one in routes("twilio").advice(people)]

    assert said == [("CN", 2, False), ("JP", 1, True)]
    assert routes("android").advice(people) == []
    assert [one.allowed for one in routes("twilio", twilio_base_url=HERE).advice(people)] == [
        True,
        True,
    ]
