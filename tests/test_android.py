from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from conftest import PATIENCE_S
from contracts.channel import TEXT, ChannelContract
from contracts.channel import attempt as any_attempt
from standins.android import DEVICE, PASSWORD, USER, AndroidPhone

from kit.channels import android, smsgate
from kit.channels.android import LOT, AndroidChannel
from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    CredentialsError,
    NonsenseError,
    PhoneBusyError,
    TooManyRequestsError,
    UnreachableError,
)
from kit.model import E164, Fault, Receipt, Reply, Status
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Clock

    from kit.model import Attempt
    from kit.settings import Settings


def attempt(number: int = 1) -> Attempt:
    return any_attempt(number, channel="android")


def settings_of(url: str, **more: str) -> Settings:
    given = {"android_url": url, "android_user": USER, "android_password": PASSWORD}
    return replace(load({}), **(given | more))  # type: ignore[arg-type]


@dataclass
class Waiting:
    """Waits for nothing; it counts, and does what is to happen meanwhile."""

    waits: list[float] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.meanwhile()


@pytest.fixture
def phone(clock: Clock) -> Iterator[AndroidPhone]:
    with AndroidPhone(clock) as running:
        yield running


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def channel(
    phone: AndroidPhone, clock: Clock, waiting: Waiting, request: pytest.FixtureRequest
) -> AndroidChannel:
    """Only where the phone is slow is its answer not waited for."""
    read_s = 0.5 if "slow" in request.node.name else PATIENCE_S
    return AndroidChannel(settings_of(phone.url), clock, waiting, read_s=read_s)


@pytest.fixture
def nowhere(clock: Clock) -> AndroidChannel:
    with AndroidPhone(clock) as gone:
        url = gone.url
    return AndroidChannel(settings_of(url), clock)


class TestAndroid(ChannelContract):
    @pytest.fixture
    def channel(self, phone: AndroidPhone, clock: Clock) -> AndroidChannel:
        return AndroidChannel(settings_of(phone.url), clock, Waiting())


# --- handing over


def test_the_phone_is_told_whom_what_until_when_and_which_phone(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    receipt = channel.send(attempt())

    assert phone.last == {
        "id": attempt().id,
        "textMessage": {"text": TEXT},
        "phoneNumbers": ["+8613800000001"],
        "withDeliveryReport": True,
        "validUntil": "2026-11-21T12:00:00.000+00:00",
        "deviceId": DEVICE,
    }
    assert (receipt.status, receipt.code) == (Status.ACCEPTED, "Pending")
    assert receipt.provider_id == attempt().id


@pytest.mark.parametrize("path", ["", "/"])
def test_an_address_may_end_in_a_stroke(path: str, phone: AndroidPhone, clock: Clock) -> None:
    channel = AndroidChannel(settings_of(phone.url + path), clock)

    assert channel.check() == []
    assert channel.send(attempt()).status is Status.ACCEPTED


def test_what_was_taken_before_is_not_taken_twice(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.work()

    again = channel.send(attempt())

    assert (again.status, again.code) == (Status.ACCEPTED, "Sent")
    assert phone.left == [attempt().id]


@pytest.mark.parametrize("ask", ["send", "find"])
def test_an_id_that_belongs_to_another_number_is_never_sent_again(
    ask: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    other = replace(attempt(), recipient=E164("+8613800000002"))

    receipt = getattr(channel, ask)(other)

    assert (receipt.status, receipt.fault) == (Status.REJECTED, Fault.UNCLEAR)
    assert receipt.code == "409"
    assert len(phone.texts) == 1


def test_a_hash_stands_for_the_number_once_it_is_sent(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.hashed = True

    found = channel.find(attempt())

    assert found
    assert found.status is Status.ACCEPTED
    assert channel.send(attempt()).status is Status.ACCEPTED


def test_an_id_that_is_taken_but_cannot_be_looked_at_is_not_known(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.faults = {"GET /messages": "500"}

    assert channel.send(attempt()).status is Status.UNKNOWN


@pytest.mark.parametrize("fault", ["cut", "lost", "slow", "html", "huge", "deep", "500", "408"])
def test_without_a_whole_answer_nobody_knows(
    fault: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults = {"POST /messages": fault}

    receipt = channel.send(attempt())

    assert (receipt.status, receipt.fault, receipt.code) == (Status.UNKNOWN, Fault.UNKNOWN, "")
    phone.faults = {}
    found = channel.find(attempt())
    assert (found is not None) == (fault in ("cut", "slow", "html", "huge", "deep"))


@pytest.mark.parametrize("fault", ["429", "503"])
def test_a_full_queue_asks_to_wait(
    fault: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults, phone.headers = {"POST /messages": fault}, {"retry-after": "90"}

    with pytest.raises(TooManyRequestsError) as error:
        channel.send(attempt())

    assert error.value.retry_after_s == 90
    assert phone.texts == {}


@pytest.mark.parametrize("said", ["soon", "-1", "", "9" * 400])
def test_a_pause_that_is_no_number_of_seconds_is_left_to_us(
    said: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults, phone.headers = {"POST /messages": "429"}, {"retry-after": said}

    with pytest.raises(TooManyRequestsError) as error:
        channel.send(attempt())

    assert error.value.retry_after_s is None


@pytest.mark.parametrize("fault", ["404", "302"])
def test_what_is_no_gateway_took_nothing(
    fault: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults, phone.headers = {"POST /messages": fault}, {"location": "/health"}

    with pytest.raises(NonsenseError):
        channel.send(attempt())


def test_a_wrong_password_takes_nothing(phone: AndroidPhone, clock: Clock) -> None:
    channel = AndroidChannel(settings_of(phone.url, android_password="wrong"), clock)

    with pytest.raises(CredentialsError):
        channel.send(attempt())
    with pytest.raises(CredentialsError):
        channel.find(attempt())


def test_a_phone_that_is_not_there_took_nothing(nowhere: AndroidChannel) -> None:
    with pytest.raises(UnreachableError):
        nowhere.send(attempt())
    with pytest.raises(UnreachableError):
        nowhere.find(attempt())


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("message already expired", Fault.TRANSIENT),
        ("can't use phone in row 1: invalid", Fault.ADDRESS),
        ("Invalid phone number type", Fault.ADDRESS),
        ("Text message is empty", Fault.UNCLEAR),
        ("", Fault.UNCLEAR),
    ],
)
def test_a_refused_request_is_refused_for_a_reason(said: str, fault: Fault, clock: Clock) -> None:
    receipt = smsgate.refusal_of(attempt(), said, clock())

    assert (receipt.status, receipt.code, receipt.fault) == (Status.REJECTED, "400", fault)


def test_a_text_whose_time_is_over_is_refused(channel: AndroidChannel, clock: Clock) -> None:
    channel.check()
    clock.go(hours=11)

    assert channel.send(attempt()).fault is Fault.TRANSIENT


# --- lots


def test_the_phone_gets_no_more_than_a_lot_at_a_time(
    channel: AndroidChannel, phone: AndroidPhone, waiting: Waiting
) -> None:
    waiting.meanwhile = phone.work

    for number in range(1, LOT + 2):
        channel.send(attempt(number))

    assert waiting.waits == [3]
    assert len(phone.left) == LOT == 10
    assert phone.left[0] == attempt(LOT).id  # the newest first


def test_a_phone_that_sends_nothing_is_said_and_gets_no_more(
    channel: AndroidChannel, phone: AndroidPhone, waiting: Waiting
) -> None:
    phone.online = False
    for number in range(LOT):
        channel.send(attempt(number))

    with pytest.raises(PhoneBusyError, match=f"taken {LOT} texts") as error:
        channel.send(attempt(LOT))

    assert error.value.retryable
    assert sum(waiting.waits) == 30
    assert len(phone.texts) == LOT


@pytest.mark.parametrize("state", ["Sent", "Delivered", "Failed", "Cancelled", None])
def test_a_text_that_has_left_makes_room(
    state: str | None, channel: AndroidChannel, phone: AndroidPhone, waiting: Waiting
) -> None:
    for number in range(LOT):
        channel.send(attempt(number))
    if state:
        phone.put(attempt(0).id, state)
    else:
        del phone.texts[attempt(0).id]

    assert channel.send(attempt(LOT)).status is Status.ACCEPTED
    assert waiting.waits == []


def test_what_an_earlier_run_left_on_the_phone_counts(
    channel: AndroidChannel, phone: AndroidPhone, clock: Clock
) -> None:
    for number in range(LOT):
        channel.send(attempt(number))

    with pytest.raises(PhoneBusyError):
        AndroidChannel(settings_of(phone.url), clock, Waiting()).send(attempt(LOT))


def test_a_version_that_lists_nothing_has_nothing_left(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults = {"GET /messages": "404"}

    assert channel.send(attempt()).status is Status.ACCEPTED


def test_a_text_nobody_knows_of_holds_its_place_until_asked(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults = {"POST /messages": "lost"}
    for number in range(LOT):
        channel.send(attempt(number))
    phone.faults, phone.asked = {}, []

    channel.send(attempt(LOT))

    polls = sorted(f"GET /messages/{attempt(number).id}" for number in range(LOT))
    assert phone.asked == [*polls, "POST /messages"]


# --- what became of it


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Pending", Status.ACCEPTED),
        ("Processed", Status.ACCEPTED),
        ("Sent", Status.ACCEPTED),
        ("Cancelling", Status.ACCEPTED),
        ("SomethingNew", Status.ACCEPTED),
        ("Delivered", Status.DELIVERED),
    ],
)
def test_a_state_is_kept_as_it_is(
    state: str, status: Status, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.put(attempt().id, state)

    assert channel.find(attempt()) == Receipt(
        status=status, at=phone.clock(), provider_id=attempt().id, code=state
    )


@pytest.mark.parametrize(
    ("error", "code", "fault"),
    [
        ("TTL expired", "TTL expired", Fault.TRANSIENT),
        ("sendSMS: Invalid phone number type", "Invalid phone number", Fault.ADDRESS),
        *(
            (f"Send result: {code} (why)", code, Fault.TRANSIENT)
            for code in (
                "RESULT_ERROR_LIMIT_EXCEEDED",
                "RESULT_ERROR_NO_SERVICE",
                "RESULT_ERROR_RADIO_OFF",
                "RESULT_RADIO_NOT_AVAILABLE",
                "RESULT_SMS_BLOCKED_DURING_EMERGENCY",
                "RESULT_RIL_RADIO_NOT_AVAILABLE",
                "RESULT_RIL_NETWORK_NOT_READY",
                "RESULT_RIL_REQUEST_RATE_LIMITED",
                "RESULT_RIL_SIM_ABSENT",
                "RESULT_RIL_SIMULTANEOUS_SMS_AND_CALL_NOT_ALLOWED",
                "RESULT_RIL_BLOCKED_DUE_TO_CALL",
            )
        ),
        *(
            (f"Send result: {code} (why)", code, Fault.UNCLEAR)
            for code in (
                "RESULT_ERROR_GENERIC_FAILURE",
                "RESULT_RIL_NETWORK_ERR",
                "RESULT_RIL_MODEM_ERR",
                "RESULT_SOMETHING_NEW",
            )
        ),
        ("Delivery result from SC +8613800000900: 70", "Delivery result 70", Fault.UNCLEAR),
        ("Can't send message: 妈妈 +8613800000001", "Failed", Fault.UNCLEAR),
        (None, "Failed", Fault.UNCLEAR),
    ],
)
def test_a_failure_says_why_and_what_it_means(
    error: str | None, code: str, fault: Fault, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.put(attempt().id, "Failed", error)

    found = channel.find(attempt())

    assert found
    assert (found.status, found.code, found.fault) == (Status.UNDELIVERED, code, fault)


def test_a_failure_after_it_went_out_is_for_a_person_to_look_at(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.work()
    phone.put(attempt().id, "Failed", "Send result: RESULT_ERROR_NO_SERVICE (why)")

    found = channel.find(attempt())

    assert found
    assert found.fault is Fault.UNCLEAR


def test_what_somebody_cancelled_on_the_phone_has_not_gone(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.put(attempt().id, "Cancelled")

    found = channel.find(attempt())

    assert found
    assert (found.status, found.fault) == (Status.UNDELIVERED, Fault.UNCLEAR)


def test_what_is_not_sent_in_time_never_goes(
    channel: AndroidChannel, phone: AndroidPhone, clock: Clock
) -> None:
    phone.online = False
    channel.send(attempt())
    clock.go(hours=10, seconds=1)
    phone.online = True
    phone.work()

    found = channel.find(attempt())

    assert found
    assert (found.status, found.fault) == (Status.UNDELIVERED, Fault.TRANSIENT)
    assert phone.left == []


def test_android_takes_thirty_segments_in_half_an_hour(
    channel: AndroidChannel, phone: AndroidPhone, clock: Clock
) -> None:
    phone.at_once = True
    sent = [replace(attempt(n), text="好" * 71) for n in range(17)]
    for one in sent[:16]:
        channel.send(one)
    last = channel.find(sent[15])
    clock.go(minutes=31)
    channel.send(sent[16])

    assert last
    assert (last.code, last.fault) == ("RESULT_ERROR_LIMIT_EXCEEDED", Fault.TRANSIENT)
    assert phone.left == [one.id for one in (*sent[:15], sent[16])]


# --- is it there at all


@pytest.mark.parametrize("fault", ["html", "html404", "huge", "deep", "500", "302", "<b>妈妈</b>"])
def test_what_is_not_an_answer_is_never_taken_for_not_there(
    fault: str, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.faults = {"GET /messages": fault}

    with pytest.raises(NonsenseError):
        channel.find(attempt())


@pytest.mark.parametrize("fault", ["cut", "slow", "lost"])
def test_half_an_answer_is_none(fault: str, channel: AndroidChannel, phone: AndroidPhone) -> None:
    phone.faults = {"GET /messages": fault}

    with pytest.raises(UnreachableError):
        channel.find(attempt())


@pytest.mark.parametrize("empty", [True, False])
def test_a_404_counts_only_where_smsgate_answers(
    empty: bool, channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults = {} if empty else {"GET /messages": "404"}
    assert channel.find(attempt()) is None

    phone.unknown_paths = {"/devices", "/device", "/messages"}  # some other server
    with pytest.raises(NonsenseError):
        channel.find(attempt())


def test_a_gateway_that_lists_no_phones_is_one_phone(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.unknown_paths = {"/devices", "/device"}

    assert channel.check() == []
    assert channel.find(attempt()) is None
    assert channel.send(attempt()).status is Status.ACCEPTED


def test_another_phone_cannot_say_that_a_text_is_not_there(
    phone: AndroidPhone, clock: Clock
) -> None:
    channel = AndroidChannel(settings_of(phone.url, android_device="another"), clock)

    with pytest.raises(NonsenseError):
        channel.find(attempt())


def test_a_message_of_another_id_is_not_an_answer(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.send(attempt())
    phone.texts[attempt().id].id = "another"
    phone.texts["another"] = phone.texts[attempt().id]
    shown = phone.shown
    phone.shown = lambda id_: shown(id_) | {"id": "another"}  # type: ignore[method-assign]

    with pytest.raises(NonsenseError):
        channel.find(attempt())


def test_a_phone_that_cannot_be_written_to_by_its_id_is_none_to_send_by(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.devices = ["a\ud83d"]

    with pytest.raises(ChannelNotReadyError):
        channel.send(attempt())


# --- news


def test_news_are_the_attempts_that_are_there_and_the_replies(
    channel: AndroidChannel, phone: AndroidPhone, clock: Clock
) -> None:
    since = clock() - timedelta(hours=1)
    channel.send(attempt())
    phone.hear("13800000001", "退订", times=3)
    phone.hear("+86 138 0000 0002", "谁？\ud83d")

    taken = channel.find(attempt())

    told, first, second = channel.fetch(since, [attempt(), attempt(2)])

    assert told == (attempt(), taken)
    assert first == Reply(
        channel="android",
        sender=E164("+8613800000001"),
        text="退订",
        at=clock(),
        provider_id="text:0",
    )
    assert isinstance(second, Reply)
    assert (second.sender, second.text) == ("+8613800000002", "谁？�")  # half an emoji


@pytest.mark.parametrize(
    ("sender", "text", "more"),
    [
        ("10086", "余额", {}),
        ("1069012345678", "验证码", {}),
        ("SMSGate", "hello", {}),
        ("13800000001", "a picture", {"type": "MMS_DOWNLOADED"}),
        ("13800000001", "0a0b", {"type": "DATA_SMS"}),
        ("13800000001", "", {}),
        ("13800000001", "no id", {"id": 7}),
        ("13800000001", "nothing", {"contentPreview": None}),
    ],
)
def test_what_is_no_text_from_a_number_is_no_reply(
    sender: str, text: str, more: dict[str, object], channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.hear(sender, text, more=more)

    assert list(channel.fetch(phone.clock(), [])) == []


def test_a_reply_with_no_time_that_can_be_read_is_still_heard(clock: Clock) -> None:
    row = {"id": "1", "sender": "+8613800000001", "contentPreview": "好"}

    for at in (None, "yesterday", "2026-11-21T10:00:00", 7):
        reply = smsgate.reply_of(row | {"createdAt": at}, clock())
        assert reply
        assert reply.at == clock()


def test_every_page_of_the_inbox_is_read(channel: AndroidChannel, phone: AndroidPhone) -> None:
    for number in range(230):
        phone.hear(f"+8613800000{number:03}", "好")

    replies = list(channel.fetch(phone.clock(), []))

    assert len(replies) == 230
    assert phone.asked.count("GET /inbox") == 3
    assert phone.asked[0] == "POST /inbox/refresh"


def test_a_version_that_keeps_no_inbox_has_no_replies(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.unknown_paths = {"/inbox", "/inbox/refresh"}

    assert list(channel.fetch(phone.clock(), [])) == []


def test_an_inbox_that_is_no_list_is_not_an_answer(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.faults = {"GET /inbox": "html", "POST /inbox": "cut"}

    with pytest.raises(NonsenseError):
        list(channel.fetch(phone.clock(), []))


# --- before anything is sent


def where_and_what(channel: AndroidChannel) -> list[tuple[str, str]]:
    return [(p.where.removeprefix("KIT_ANDROID_"), p.what) for p in channel.check()]


def test_settings_that_are_missing_are_named(clock: Clock) -> None:
    channel = AndroidChannel(load({}), clock)

    assert [p.where for p in channel.check()] == [
        "KIT_ANDROID_URL",
        "KIT_ANDROID_USER",
        "KIT_ANDROID_PASSWORD",
    ]
    with pytest.raises(ChannelNotReadyError):
        channel.send(attempt())
    with pytest.raises(ChannelNotReadyError):
        channel.find(attempt())


@pytest.mark.parametrize(
    "url",
    [
        "192.168.43.1:8080",
        "ftp://phone",
        "http://",
        "http://[",
        "http://a:b@phone",
        "http://phone:99999",
        "http://phone/?a=1",
    ],
)
def test_what_is_no_address_is_said(url: str, clock: Clock) -> None:
    channel = AndroidChannel(settings_of(url), clock)

    assert where_and_what(channel) == [("URL", android._NOT_AN_ADDRESS)]  # noqa: SLF001
    assert android.advice(settings_of(url)) == []


def test_a_phone_that_does_not_answer_is_said(nowhere: AndroidChannel) -> None:
    assert where_and_what(nowhere) == [("URL", android._SILENT)]  # noqa: SLF001


def test_a_wrong_password_is_said(phone: AndroidPhone, clock: Clock) -> None:
    channel = AndroidChannel(settings_of(phone.url, android_password="wrong"), clock)

    assert where_and_what(channel) == [("USER", android._REFUSED)]  # noqa: SLF001


@pytest.mark.parametrize("devices", [[], ["one", "two"]])
def test_the_phone_must_be_one(
    devices: list[str], channel: AndroidChannel, phone: AndroidPhone
) -> None:
    phone.devices = devices
    expected = ("DEVICE", android._SEVERAL) if devices else ("URL", android._NOT_SMSGATE)  # noqa: SLF001

    assert where_and_what(channel) == [expected]
    with pytest.raises(ChannelError):
        channel.send(attempt())


def test_a_phone_can_be_chosen(phone: AndroidPhone, clock: Clock) -> None:
    phone.devices = ["one", "two"]
    channel = AndroidChannel(settings_of(phone.url, android_device="two"), clock)
    lost = AndroidChannel(settings_of(phone.url, android_device="three"), clock)

    assert channel.check() == []
    channel.send(attempt())
    assert phone.last["deviceId"] == "two"
    assert where_and_what(lost) == [("DEVICE", android._OTHER_DEVICE)]  # noqa: SLF001


def test_a_phone_that_takes_the_place_of_another_gets_nothing(
    channel: AndroidChannel, phone: AndroidPhone
) -> None:
    channel.check()
    phone.devices = ["another"]

    for _ in range(2):
        with pytest.raises(ChannelNotReadyError):
            channel.send(attempt())
    with pytest.raises(NonsenseError):
        channel.find(attempt())
    assert phone.texts == {}


def test_plain_http_is_for_the_phone_alone() -> None:
    (problem,) = android.advice(settings_of("http://192.168.43.1:8080"))

    assert problem.where == "KIT_ANDROID_URL"
    assert "in the clear" in problem.what
    assert android.advice(settings_of("http://127.0.0.1:8080")) == []
    assert android.advice(settings_of("https://phone.example")) == []
    assert android.advice(load({})) == []


def test_no_proxy_stands_between_us_and_the_phone(
    monkeypatch: pytest.MonkeyPatch, phone: AndroidPhone, clock: Clock
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")

    assert AndroidChannel(settings_of(phone.url), clock).check() == []


def test_every_step_of_setting_up_is_a_sentence() -> None:
    steps = android.setup_steps()

    assert all(step.endswith(".") for step in steps)
    assert "KIT_ANDROID_URL" in " ".join(steps)


# --- nothing personal


@pytest.mark.parametrize("fault", ["429", "500", "503", "404", "302", "html", "huge", "cut"])
def test_nothing_the_phone_writes_is_repeated(
    fault: str, channel: AndroidChannel, phone: AndroidPhone, caplog: pytest.LogCaptureFixture
) -> None:
    phone.faults = {"POST /messages": fault, "GET /messages": fault}
    said = ""
    for ask in (channel.send, channel.find):
        try:
            said += repr(ask(attempt()))
        except ChannelError as error:
            said += f"{error} {error!r} {error.facts} {error.__cause__}"

    assert "138000" not in said + caplog.text
    assert PASSWORD not in said + caplog.text
    assert TEXT[:5] not in said + caplog.text


# --- the stand-in as a program


def test_the_stand_in_runs_by_itself_and_shows_its_state() -> None:
    path = Path(__file__).parent / "standins" / "android.py"
    with subprocess.Popen(
        [sys.executable, path, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout
            url = f"http://127.0.0.1:{int(running.stdout.readline())}/_control"
            httpx.post(url, json={"online": False}, trust_env=False)
            assert httpx.get(url, trust_env=False).json()["online"] is False
        finally:
            running.terminate()
