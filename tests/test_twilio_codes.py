from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from contracts.channel import attempt
from twilio_account import FIRST, WithTwilio, fetched, refuse

from kit.channels.twilio_codes import FAULTS
from kit.errors import (
    AccountClosedError,
    ChannelError,
    CredentialsError,
    NonsenseError,
    RegionRefusedError,
    SenderRefusedError,
    TooManyRequestsError,
    TrialAccountError,
)
from kit.model import Fault, Status

if TYPE_CHECKING:
    from standins.twilio import TwilioStandin

    from kit.channels.twilio import TwilioChannel


class TestStatusWords(WithTwilio):
    @pytest.mark.parametrize(
        ("word", "status"),
        [
            *((w, Status.ACCEPTED) for w in ("queued", "accepted", "scheduled", "sending", "sent")),
            *((w, Status.ACCEPTED) for w in ("partially_delivered", "teleported")),
            *((w, Status.DELIVERED) for w in ("delivered", "read")),
        ],
    )
    def test_a_word_becomes_a_status_and_is_kept(
        self, twilio: TwilioChannel, server: TwilioStandin, word: str, status: Status
    ) -> None:
        server.conduct.word = word

        receipt = twilio.send(attempt())
        assert (receipt.status, receipt.code, receipt.fault) == (status, word, None)

    @pytest.mark.parametrize("word", ["undelivered", "failed"])
    @pytest.mark.parametrize("code", FAULTS)
    def test_a_message_that_failed_has_the_fault_of_its_code(
        self, twilio: TwilioChannel, server: TwilioStandin, word: str, code: int
    ) -> None:
        sent = replace(attempt(), provider_id=twilio.send(attempt()).provider_id)
        server.deliver(FIRST, word, code)
        ((_, receipt),) = fetched(twilio, sent)  # type: ignore[misc]  # no reply is there

        assert receipt.status is Status.UNDELIVERED
        assert (receipt.code, receipt.fault) == (str(code), FAULTS[code])

    @pytest.mark.parametrize(("word", "code"), [("failed", None), ("failed", 39999)])
    def test_a_failure_that_is_not_explained_needs_a_person(
        self, twilio: TwilioChannel, server: TwilioStandin, word: str, code: int | None
    ) -> None:
        twilio.send(attempt())
        server.deliver(FIRST, word, code)
        found = twilio.find(attempt())

        assert found
        assert (found.code, found.fault) == (str(code or word), Fault.UNCLEAR)

    def test_what_was_taken_back_at_twilio_is_not_sent_again_without_asking(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.word = "canceled"
        receipt = twilio.send(attempt())

        assert (receipt.status, receipt.fault) == (Status.UNDELIVERED, Fault.UNCLEAR)

    def test_a_word_that_is_none_is_not_kept(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.word = f"to {FIRST}"

        assert twilio.send(attempt()).code == ""


#: One row for every code: what a create that is refused with it becomes.
REFUSALS: dict[int, Fault | type[ChannelError]] = {
    **dict.fromkeys((20429, 21611, 63038, 30454), TooManyRequestsError),
    **dict.fromkeys((30001, 30022, 30023, 30027), TooManyRequestsError),
    **dict.fromkeys((30003, 30008, 30017, 30036), Fault.TRANSIENT),
    **dict.fromkeys((21211, 21217, 21604, 21614, 30005, 30006), Fault.ADDRESS),
    21612: Fault.SENDER,
    21610: Fault.OPT_OUT,
    21408: RegionRefusedError,
    20003: CredentialsError,
    21608: TrialAccountError,
    30002: AccountClosedError,
    **dict.fromkeys((21603, 21606, 21703, 21704, 21705), SenderRefusedError),
    **dict.fromkeys((30018, 30024, 30032, 30034, 14107), SenderRefusedError),
    **dict.fromkeys((20500, 20503), Fault.UNKNOWN),
    **dict.fromkeys((21617, 30019, 30004, 30007), Fault.UNCLEAR),
}


class TestRefusals(WithTwilio):
    def test_every_code_of_the_table_is_tried_here(self) -> None:
        assert set(REFUSALS) == set(FAULTS)

    @pytest.mark.parametrize(("code", "meaning"), REFUSALS.items())
    def test_a_code_means(
        self,
        twilio: TwilioChannel,
        server: TwilioStandin,
        code: int,
        meaning: Fault | type[ChannelError],
    ) -> None:
        server.script(FIRST, refuse(code))

        if not isinstance(meaning, Fault):
            with pytest.raises(meaning):
                twilio.send(attempt())
            return
        receipt = twilio.send(attempt())
        is_open = meaning is Fault.UNKNOWN
        assert receipt.status is (Status.UNKNOWN if is_open else Status.REJECTED)
        assert (receipt.code, receipt.fault) == (str(code), meaning)
        assert server.messages == []

    @pytest.mark.parametrize(("code", "shown"), [(29999, "29999"), (None, "http 400")])
    def test_a_code_that_nobody_knows_needs_a_person(
        self, twilio: TwilioChannel, server: TwilioStandin, code: int | None, shown: str
    ) -> None:
        server.script(FIRST, refuse(code))
        receipt = twilio.send(attempt())

        assert (receipt.status, receipt.fault) == (Status.REJECTED, Fault.UNCLEAR)
        assert receipt.code == shown

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            *((status, CredentialsError) for status in (401, 403)),
            *((status, NonsenseError) for status in (404, 405, 407)),
        ],
    )
    def test_a_no_without_a_code_holds_for_every_message(
        self, twilio: TwilioChannel, server: TwilioStandin, status: int, error: type[ChannelError]
    ) -> None:
        server.script(FIRST, refuse(None, status))

        with pytest.raises(error):
            twilio.send(attempt())

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, None),
            ("7", 7),
            ("0.5", 0.5),
            ("-3", 0),
            ("Sat, 21 Nov 2026 02:01:00 GMT", 60),
            ("Sat, 21 Nov 2026 01:00:00 GMT", 0),
            ("soon", None),
            ("nan", None),
        ],
    )
    def test_whoever_asks_too_fast_hears_how_long_to_wait(
        self,
        twilio: TwilioChannel,
        server: TwilioStandin,
        header: str | None,
        seconds: float | None,
    ) -> None:
        server.script(FIRST, {"do": "busy", "retry_after": header})

        with pytest.raises(TooManyRequestsError) as raised:
            twilio.send(attempt())
        assert raised.value.retry_after_s == seconds
        assert raised.value.retryable

    def test_a_limit_of_creates_a_second_is_heard(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.per_second = 2
        twilio.send(attempt(1))
        twilio.send(attempt(2))

        with pytest.raises(TooManyRequestsError):
            twilio.send(attempt(3))
        assert len(server.messages) == 2
