from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from contracts.channel import MORNING, TEXT, ChannelContract, attempt
from standins.twilio import ACCOUNT, NUMBER, SERVICE, TwilioStandin
from twilio_account import FIRST, HOUR, WithTwilio, fetched, opened, refuse

from kit.errors import (
    ChannelError,
    ChannelNotReadyError,
    CredentialsError,
    NonsenseError,
    TooLateError,
    TooManyRequestsError,
    UnreachableError,
)
from kit.model import Attempt, Reply, Status

if TYPE_CHECKING:
    from conftest import Clock
    from standins import twilio as standin

    from kit.channels.twilio import TwilioChannel


class TestTwilio(WithTwilio, ChannelContract):
    @pytest.fixture
    def channel(self, twilio: TwilioChannel) -> TwilioChannel:
        return twilio


class TestWhatIsSent(WithTwilio):
    def test_the_form_has_number_text_sender_and_an_end(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        clock.go(hours=9, minutes=30)
        twilio.send(attempt())

        assert server.forms == [
            {"To": FIRST, "Body": TEXT, "From": NUMBER, "ValidityPeriod": str(30 * 60 - 30)}
        ]

    def test_an_end_far_away_is_the_longest_that_twilio_takes(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        twilio.send(attempt(until=MORNING + 48 * HOUR))

        assert server.forms[0]["ValidityPeriod"] == "36000"

    @pytest.mark.parametrize("left_s", [59, 0, -3600])
    def test_with_less_than_a_minute_left_nothing_is_sent(
        self, twilio: TwilioChannel, server: TwilioStandin, left_s: int
    ) -> None:
        with pytest.raises(TooLateError):
            twilio.send(attempt(until=MORNING + timedelta(seconds=left_s)))
        assert server.requests["create"] == 0

    def test_a_messaging_service_is_no_number(self, server: TwilioStandin, clock: Clock) -> None:
        opened(server, clock, twilio_sender=SERVICE).send(attempt())

        assert server.forms[0]["MessagingServiceSid"] == SERVICE
        assert "From" not in server.forms[0]

    def test_twilio_is_asked_not_to_keep_the_text_only_if_the_settings_say_so(
        self, server: TwilioStandin, clock: Clock
    ) -> None:
        opened(server, clock).send(attempt(1))
        opened(server, clock, twilio_content_retention="discard").send(attempt(2))

        assert [form.get("ContentRetention") for form in server.forms] == [None, "discard"]

    def test_an_edge_in_the_environment_changes_nothing(
        self, twilio: TwilioChannel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TWILIO_EDGE", "singapore")
        monkeypatch.setenv("TWILIO_REGION", "au1")

        assert twilio.send(attempt()).status is Status.ACCEPTED

    def test_a_proxy_in_the_environment_is_not_asked_for_this_computer(
        self, twilio: TwilioChannel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

        assert twilio.send(attempt()).status is Status.ACCEPTED

    def test_eight_threads_may_send_at_once(
        self, twilio: TwilioChannel, server: TwilioStandin, recwarn: pytest.WarningsRecorder
    ) -> None:
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(twilio.send, [attempt(n) for n in range(400)]))

        assert {r.status for r in receipts} == {Status.ACCEPTED}
        assert sorted(m["to"] for m in server.messages) == [
            attempt(n).recipient for n in range(400)
        ]
        assert len({r.provider_id for r in receipts}) == 400
        assert not recwarn


class TestFinding(WithTwilio):
    def test_it_is_found_on_a_later_page(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.page = 2
        first = twilio.send(attempt())
        for number in range(7):
            twilio.send(attempt(text=f"something else, number {number}"))

        assert twilio.find(attempt()) == first
        assert server.requests["list"] == 4

    @pytest.mark.parametrize("sender", [SERVICE, "Li Wei"])
    def test_it_is_found_by_a_service_or_a_name(
        self, server: TwilioStandin, clock: Clock, sender: str
    ) -> None:
        channel = opened(server, clock, twilio_sender=sender)
        receipt = channel.send(attempt())

        assert channel.find(attempt()) == receipt

    @pytest.mark.parametrize(
        "kept",
        ["", TEXT.replace("“", '"').replace("”", '"'), f"  {TEXT}\r\n", f"Trial account - {TEXT}"],
    )
    def test_it_is_found_when_the_text_is_gone_or_has_other_marks(
        self, twilio: TwilioChannel, server: TwilioStandin, kept: str
    ) -> None:
        receipt = twilio.send(attempt())
        server.messages[0]["body"] = kept

        assert twilio.find(attempt()) == receipt

    @pytest.mark.parametrize("hours", [-20, 20])
    def test_it_is_found_when_our_clock_is_wrong_by_hours(
        self, twilio: TwilioChannel, clock: Clock, hours: int
    ) -> None:
        twilio.send(attempt())
        clock.go(hours=hours)

        assert twilio.find(attempt(claimed_at=clock()))

    def test_the_earliest_is_taken(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        first = twilio.send(attempt())
        clock.go(minutes=1)
        twilio.send(attempt())
        found = twilio.find(attempt())

        assert found
        assert found.provider_id == first.provider_id
        assert len(server.messages) == 2

    def test_an_earlier_try_is_not_this_one(self, twilio: TwilioChannel) -> None:
        first = twilio.send(attempt())
        again = attempt(n=2, earlier=(first.provider_id,))

        assert twilio.find(again) is None
        second = twilio.send(again)
        assert twilio.find(again) == second

    def test_what_others_sent_or_wrote_or_sent_long_ago_is_not_it(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        twilio.send(attempt())
        clock.go(hours=26)
        assert twilio.find(attempt(claimed_at=clock())) is None

        opened(server, clock, twilio_sender="+12025550101").send(
            attempt(until=clock() + HOUR, claimed_at=clock())
        )
        server.reply(NUMBER, TEXT, to=FIRST)
        twilio.send(attempt(text="another text", until=clock() + HOUR))
        assert twilio.find(attempt(claimed_at=clock())) is None

    def test_what_another_service_sent_is_not_it(self, server: TwilioStandin, clock: Clock) -> None:
        opened(server, clock, twilio_sender=SERVICE[:-1] + "2").send(attempt())

        assert opened(server, clock, twilio_sender=SERVICE).find(attempt()) is None

    def test_what_went_to_another_is_not_it_though_the_list_has_it(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.ignores_filters = True
        twilio.send(attempt(2))

        assert twilio.find(attempt()) is None

    @pytest.mark.parametrize(
        ("step", "error"),
        [
            ({"do": "html"}, NonsenseError),
            ({"do": "huge"}, NonsenseError),
            ({"do": "refuse", "status": 404, "code": 20404}, NonsenseError),
            ({"do": "refuse", "status": 400}, NonsenseError),
            ({"do": "say", "status": 400, "body": "<html>"}, NonsenseError),
            ({"do": "refuse", "status": 401, "code": 20003}, CredentialsError),
            ({"do": "busy"}, TooManyRequestsError),
            ({"do": "fail", "status": 503}, UnreachableError),
            ({"do": "cut"}, UnreachableError),
            ({"do": "tear"}, UnreachableError),
            ({"do": "tear head"}, NonsenseError),
            ({"do": "garble"}, UnreachableError),
            *(
                ({"do": "say", "body": body}, NonsenseError)
                for body in (
                    *("", "[]", "null", "{}", '{"messages": {}}', '{"messages": ""}'),
                    *('{"messages": [', '{"messages": [{}]}', '{"messages": [null]}'),
                    *('{"results": []}', '{"messages": [], "next_page_uri": 5}'),
                )
            ),
        ],
    )
    def test_what_is_not_a_whole_list_is_never_a_no(
        self,
        twilio: TwilioChannel,
        server: TwilioStandin,
        step: standin.Step,
        error: type[ChannelError],
    ) -> None:
        server.conduct.reads = [step]

        with pytest.raises(error):
            twilio.find(attempt())

    @pytest.mark.parametrize(
        "change",
        [
            {"body": 5},
            {"sid": None},
            {"sid": "+8613800000001"},
            {"date_created": None},
            {"date_created": "yesterday"},
            {"direction": 5},
        ],
    )
    def test_a_message_in_the_list_that_is_none_is_never_a_no(
        self, twilio: TwilioChannel, server: TwilioStandin, change: dict[str, Any]
    ) -> None:
        twilio.send(attempt())
        server.messages[0].update(change)

        with pytest.raises(NonsenseError):
            twilio.find(attempt())

    def test_a_second_page_that_fails_is_never_a_no(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        first = {"messages": [], "next_page_uri": "/2010-04-01/nowhere.json"}
        server.conduct.reads = [{"do": "say", "body": json.dumps(first)}]

        with pytest.raises(NonsenseError):
            twilio.find(attempt())

    def test_pages_that_go_in_a_circle_end(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        again = {
            "messages": [],
            "next_page_uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1",
        }
        server.conduct.reads = [{"do": "say", "body": json.dumps(again)}] * 3

        with pytest.raises(NonsenseError):
            twilio.find(attempt())

    def test_a_list_that_does_not_answer_is_never_a_no(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        twilio.send(attempt())
        server.__exit__()

        with pytest.raises(UnreachableError):
            opened(server, clock).find(attempt())


class TestFetching(WithTwilio):
    def sent(self, twilio: TwilioChannel, count: int) -> list[Attempt]:
        attempts = [attempt(number) for number in range(count)]
        return [replace(one, provider_id=twilio.send(one).provider_id) for one in attempts]

    def test_every_attempt_hears_its_own(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        sent = self.sent(twilio, 5)
        server.conduct.page = 2
        server.deliver(sent[0].provider_id)
        server.deliver(sent[3].provider_id, "undelivered", 30003)
        said = {one.id: receipt for one, receipt in fetched(twilio, *sent)}  # type: ignore[misc]

        assert said[attempt(0).id].status is Status.DELIVERED
        assert said[attempt(1).id].status is Status.ACCEPTED
        assert (said[attempt(3).id].status, said[attempt(3).id].code) == (
            Status.UNDELIVERED,
            "30003",
        )
        assert len(said) == 5

    def test_receipts_out_of_order_are_said_as_they_stand(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        (sent,) = self.sent(twilio, 1)
        server.deliver(sent.provider_id, "delivered")
        server.deliver(sent.provider_id, "sent")

        assert [r.status for _, r in fetched(twilio, sent)] == [Status.ACCEPTED]  # type: ignore[misc]

    def test_pages_older_than_the_attempts_are_not_read(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        self.sent(twilio, 6)
        clock.go(hours=30)
        late = attempt(9, claimed_at=clock(), until=clock() + HOUR)
        late = replace(late, provider_id=twilio.send(late).provider_id)
        server.conduct.page = 2
        read = [one for one in fetched(twilio, late) if not isinstance(one, Reply)]

        assert [one.id for one, _ in read] == [attempt(9).id]
        assert server.requests["list"] == 3  # two pages of ours, one of replies

    def test_a_reply_is_heard_with_its_text_and_time(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        sid = server.reply(FIRST, "打错了", times=3)

        assert (
            fetched(twilio)
            == [Reply(channel="twilio", sender=FIRST, text="打错了", at=MORNING, provider_id=sid)]
            * 3
        )

    def test_a_service_hears_on_all_its_numbers(self, server: TwilioStandin, clock: Clock) -> None:
        channel = opened(server, clock, twilio_sender=SERVICE)
        sent = self.sent(channel, 2)
        server.reply(FIRST, "STOP", to="+12025550107")
        heard = fetched(channel, *sent)

        assert [one.text for one in heard if isinstance(one, Reply)] == ["STOP"]
        assert len(heard) == 3
        assert server.requests["list"] == 1

    def test_old_replies_and_those_of_nobody_in_the_book_are_left(
        self, twilio: TwilioChannel, server: TwilioStandin, clock: Clock
    ) -> None:
        server.reply(FIRST, "old")
        clock.go(hours=30)
        server.reply("10690000", "a short code")
        server.reply(FIRST, "new")

        heard = list(twilio.fetch(clock() - HOUR, []))
        assert [one.text for one in heard if isinstance(one, Reply)] == ["new"]

    def test_a_text_to_another_number_of_the_account_is_no_reply(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.ignores_filters = True
        server.reply(FIRST, "not for us", to="+12025550107")

        assert fetched(twilio) == []

    def test_a_name_hears_nothing_and_asks_nothing(
        self, server: TwilioStandin, clock: Clock
    ) -> None:
        assert fetched(opened(server, clock, twilio_sender="Li Wei")) == []
        assert server.requests["list"] == 0

    def test_a_list_that_cannot_be_had_is_said(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.reads = [{"do": "fail", "status": 500}]

        with pytest.raises(UnreachableError):
            fetched(twilio)


class TestChecking(WithTwilio):
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TWILIO_ACCOUNT_SID", ""),
            ("TWILIO_ACCOUNT_SID", "AC/../secret"),
            ("TWILIO_AUTH_TOKEN", ""),
            ("TWILIO_AUTH_TOKEN", "密码"),
            ("KIT_TWILIO_SENDER", ""),
            ("KIT_TWILIO_SENDER", "2025550100 00"),
            ("KIT_TWILIO_SENDER", "a name that is too long"),
            ("KIT_TWILIO_BASE_URL", "http://example.org"),
            ("KIT_TWILIO_BASE_URL", "http://127.0.0.1.example.org"),
            ("KIT_TWILIO_BASE_URL", "ftp://127.0.0.1"),
            ("KIT_TWILIO_BASE_URL", "https://"),
            ("KIT_TWILIO_BASE_URL", "https://[::1"),
            ("KIT_TWILIO_BASE_URL", "https://me@example.org"),
            ("KIT_TWILIO_BASE_URL", "example.org"),
            ("KIT_TWILIO_CONTENT_RETENTION", "keep"),
        ],
    )
    def test_a_setting_that_cannot_be_used_is_named_and_nothing_is_sent(
        self, server: TwilioStandin, clock: Clock, name: str, value: str
    ) -> None:
        field = name.lower().removeprefix("kit_")
        channel = opened(server, clock, **{field: value})

        assert [problem.where for problem in channel.check()] == [name]
        with pytest.raises(ChannelNotReadyError):
            channel.send(attempt())
        assert sum(server.requests.values()) == 0

    @pytest.mark.parametrize("sender", [NUMBER, SERVICE, "Li Wei", "MGM", "12345"])
    def test_a_number_a_service_and_a_name_can_send(
        self, server: TwilioStandin, clock: Clock, sender: str
    ) -> None:
        assert opened(server, clock, twilio_sender=sender).check() == []

    @pytest.mark.parametrize(
        ("account", "what"),
        [
            ({"status": "suspended", "type": "Full"}, "suspended or closed"),
            ({"status": "closed", "type": "Full"}, "suspended or closed"),
            ({"status": "active", "type": "Trial"}, "trial"),
        ],
    )
    def test_an_account_that_cannot_tell_people_is_a_problem(
        self, twilio: TwilioChannel, server: TwilioStandin, account: dict[str, str], what: str
    ) -> None:
        server.conduct.account = account

        (problem,) = twilio.check()
        assert what in problem.what

    def test_a_wrong_token_is_a_problem(self, twilio: TwilioChannel, server: TwilioStandin) -> None:
        server.conduct.token = "another"  # noqa: S105  # of nobody

        assert [p.what for p in twilio.check()] == [
            "Twilio does not accept the account or its token."
        ]
        with pytest.raises(CredentialsError):
            twilio.send(attempt())

    @pytest.mark.parametrize(
        ("step", "count"),
        [
            (refuse(20003, 401), 1),
            (refuse(None, 403), 1),
            (refuse(30002, 403), 1),
            (refuse(None, 400), 0),
            ({"do": "busy"}, 0),
            ({"do": "fail", "status": 503}, 0),
            ({"do": "html"}, 0),
            ({"do": "huge"}, 0),
            ({"do": "cut"}, 0),
            ({"do": "say", "body": "[]"}, 0),
        ],
    )
    def test_only_a_clear_no_is_a_problem(
        self, twilio: TwilioChannel, server: TwilioStandin, step: standin.Step, count: int
    ) -> None:
        server.conduct.reads = [step]

        assert len(twilio.check()) == count

    def test_a_server_that_knows_no_accounts_is_none(
        self, twilio: TwilioChannel, server: TwilioStandin
    ) -> None:
        server.conduct.account = None

        assert twilio.check() == []
