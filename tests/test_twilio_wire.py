from __future__ import annotations

import json
import logging
import socket
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from contracts.channel import TEXT, attempt
from requests.exceptions import SSLError
from standins import twilio as standin
from standins.twilio import NUMBER, TOKEN, TwilioStandin
from twilio_account import FIRST, WithTwilio, refuse, settings

from kit.channels import twilio_wire
from kit.channels.twilio import TwilioChannel
from kit.errors import (
    ChannelError,
    CredentialsError,
    TooManyRequestsError,
    UnreachableError,
)
from kit.model import E164, Fault, Status

if TYPE_CHECKING:
    from conftest import Clock


class TestWhatNobodyKnows(WithTwilio):
    """Once a byte may have left, only Twilio's list can tell what became of it."""

    @pytest.mark.parametrize(
        ("step", "code"),
        [
            ({"do": "store and cut"}, "cut"),
            ({"do": "store and tear"}, "cut"),
            ({"do": "store and tear head"}, "nonsense"),
            ({"do": "store and garble"}, "cut"),
            ({"do": "store and fail", "status": 500}, "http 500"),
            ({"do": "store and html"}, "nonsense"),
            ({"do": "store and huge"}, "nonsense"),
            ({"do": "store and say", "body": ""}, "nonsense"),
            ({"do": "store and say", "body": "[]"}, "nonsense"),
            ({"do": "store and say", "body": "[" * 200_000}, "nonsense"),
            ({"do": "store and say", "body": '{"sid": "+8613800000001"}'}, "nonsense"),
            ({"do": "store and say", "body": '{"sid": "SM1", "date_sent": 5}'}, "nonsense"),
            ({"do": "store and refuse", "status": 408}, "http 408"),
            ({"do": "store and refuse", "status": 302}, "http 302"),
        ],
    )
    def test_a_message_that_was_taken_without_an_answer_is_unknown_and_then_found(
        self, twilio: TwilioChannel, server: TwilioStandin, step: standin.Step, code: str
    ) -> None:
        server.script(FIRST, step)
        receipt = twilio.send(attempt())
        found = twilio.find(attempt())

        assert (receipt.status, receipt.code) == (Status.UNKNOWN, code)
        assert receipt.fault is Fault.UNKNOWN
        assert found
        assert (found.status, found.provider_id) == (Status.ACCEPTED, server.messages[0]["sid"])
        assert len(server.messages) == server.requests["create"] == 1

    @pytest.mark.parametrize(
        "step",
        [
            {"do": "cut"},
            {"do": "cut unread"},
            {"do": "html"},
            {"do": "huge"},
            {"do": "fail", "status": 500, "code": 20500},
            {"do": "fail", "status": 503, "code": 20503},
            {"do": "fail", "status": 503, "code": 21211},
        ],
    )
    def test_a_message_that_was_not_taken_without_an_answer_is_unknown_and_not_found(
        self, twilio: TwilioChannel, server: TwilioStandin, step: standin.Step
    ) -> None:
        server.script("*", step)

        assert twilio.send(attempt()).status is Status.UNKNOWN
        assert twilio.find(attempt()) is None
        assert server.messages == []

    def test_an_answer_that_comes_too_late_is_unknown_and_then_found(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        server.script(FIRST, {"do": "take", "seconds": 30})
        hasty = TwilioChannel(settings(server.url), clock, timeouts=(5, 0.1))
        receipt = hasty.send(attempt())

        assert (receipt.status, receipt.code) == (Status.UNKNOWN, "timeout")
        assert twilio.find(attempt())


class TestWhatNeverLeft(WithTwilio):
    def test_nobody_listens(self, clock: Clock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
        channel = TwilioChannel(settings(f"http://127.0.0.1:{port}"), clock)

        with pytest.raises(UnreachableError) as raised:
            channel.send(attempt())
        assert raised.value.retryable
        assert [p.what for p in channel.check()] == ["Twilio cannot be reached."]

    def test_the_name_is_not_known(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        channel = TwilioChannel(settings("https://twilio.example"), clock)

        with pytest.raises(UnreachableError):
            channel.send(attempt())

    def test_no_connection_comes_about(self, clock: Clock) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            address = full.getsockname()
            waiting = [socket.socket() for _ in range(4)]
            for one in waiting:
                one.setblocking(False)  # noqa: FBT003  # its name says what it is
                one.connect_ex(address)
            url = f"http://127.0.0.1:{address[1]}"
            channel = TwilioChannel(settings(url), clock, timeouts=(0.1, 0.1))
            with pytest.raises(UnreachableError):
                channel.send(attempt())
            for one in waiting:
                one.close()

    def test_the_certificate_is_not_theirs(self) -> None:
        refused = SSLError(ssl.SSLCertVerificationError(1, "self-signed"))
        broken = SSLError(ssl.SSLError(1, "bad record mac"))

        assert isinstance(twilio_wire._lost(refused), UnreachableError)  # noqa: SLF001
        assert isinstance(twilio_wire._lost(broken), twilio_wire.LostError)  # noqa: SLF001


class TestPrivacy(WithTwilio):
    def test_nothing_personal_is_in_an_error_or_a_log(
        self, twilio: TwilioChannel, server: TwilioStandin, caplog: pytest.LogCaptureFixture
    ) -> None:
        server.script(FIRST, refuse(21408), refuse(21606), refuse(20003), {"do": "busy"})
        said = []
        for _ in range(4):
            with pytest.raises(ChannelError) as raised:
                twilio.send(attempt())
            said += [str(raised.value), repr(raised.value), repr(raised.value.__context__)]
            assert raised.value.__cause__ is None
        twilio.find(attempt())
        twilio.send(attempt())

        assert logging.getLogger("twilio.http_client").level == logging.CRITICAL
        for personal in (FIRST, FIRST[1:], TEXT, TOKEN, NUMBER):
            assert not any(personal in one for one in said)
            assert personal not in caplog.text

    def test_a_receipt_keeps_a_code_and_no_words(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        body = json.dumps({"code": FIRST, "message": f"{FIRST} is bad", "status": 400})
        server.script(FIRST, {"do": "say", "status": 400, "body": body})

        assert twilio.send(attempt()).code == "http 400"


class TestTheStandinItself(WithTwilio):
    def test_it_refuses_what_twilio_would(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.landlines = ["+8613800000009"]
        server.conduct.suspended_after = 1
        codes = [twilio.send(attempt(recipient=E164(n))).code for n in ("86", "+8613800000009")]

        assert codes == ["21211", "21614"]
        twilio.send(attempt())
        with pytest.raises(CredentialsError):
            twilio.send(attempt(2))

    def test_it_draws_by_its_seed(self, twilio: TwilioChannel, server: TwilioStandin) -> None:
        server.change({"rate": [{"do": "fail", "share": 0.5}], "seed": 7})
        first = [twilio.send(attempt(number)).status for number in range(20)]
        server.change({"seed": 7})

        assert [twilio.send(attempt(number)).status for number in range(20)] == first
        assert len(set(first)) == 2

    def test_it_runs_as_a_process_and_tells_its_state(self, clock: Clock) -> None:
        program = [sys.executable, standin.__file__, "--port", "0"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            url = f"http://127.0.0.1:{int(running.stdout.readline())}"
            wishes = json.dumps({"script": {FIRST: [{"do": "busy"}]}}).encode()
            httpx.post(f"{url}/_control", content=wishes)
            channel = TwilioChannel(settings(url), clock)
            with pytest.raises(TooManyRequestsError):
                channel.send(attempt())
            channel.send(attempt())
            state = httpx.get(f"{url}/_control").json()
            running.terminate()

        assert [message["to"] for message in state["messages"]] == [FIRST]
        assert state["requests"]["create"] == 2
