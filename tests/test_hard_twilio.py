from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hard import (
    AMERICAN,
    BRITISH,
    MANY,
    OTHER_AMERICAN,
    Hard,
    objects,
    people,
    replan,
    skipped,
    statuses,
)
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]
    Book = Callable[..., Path]
    Tell = Callable[..., int]

FAST = ("--max-per-second", "1000")
ALWAYS = (*FAST, "--hours", "00:00-24:00")


class WithTwilio(Hard):
    @pytest.fixture
    def server(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[TwilioStandin]:
        with TwilioStandin(clock) as running:
            monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
            monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
            monkeypatch.setenv("KIT_TWILIO_SENDER", NUMBER)
            monkeypatch.setenv("KIT_TWILIO_BASE_URL", running.url)
            yield running


def got(server: TwilioStandin) -> list[str]:
    """Who got a text, each as often as they did."""
    return sorted(m["to"] for m in server.messages if m["direction"] != "inbound")


def refuse(code: int, status: int = 400) -> dict[str, Any]:
    return {"do": "refuse", "code": code, "status": status}


class TestAccount(WithTwilio):
    def test_wrong_credentials_stop_before_anything(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:3]), *FAST)
        sent = kit("send", "--yes", "3", TWILIO_AUTH_TOKEN="wrong")

        assert (sent.exit_code, server.requests["create"]) == (1, 0)
        assert "Twilio does not accept the account or its token." in sent.stderr
        assert statuses(kit) == ["planned"] * 3
        assert kit("send", "--yes", "3").exit_code == 0
        assert got(server) == MANY[:3]

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            (21606, "does not let this sender send (its code: 21606)"),
            (21608, "is a trial: it reaches only numbers that you verified"),
            (30002, "is suspended or closed (its code: 30002)"),
        ],
    )
    def test_what_holds_for_all_stops_the_run_and_leaves_all_planned(
        self, kit: Kit, tell: Tell, server: TwilioStandin, code: int, sentence: str
    ) -> None:
        tell("twilio", people(*MANY[:12]), *FAST)
        server.script("*", *[refuse(code)] * 12)
        sent = kit("send", "--yes", "12")

        assert (sent.exit_code, sent.stderr.count(sentence)) == (1, 1)
        assert server.requests["create"] <= 9
        assert statuses(kit) == ["planned"] * 12
        server.conduct.script.clear()
        assert kit("send", "--yes", "12").exit_code == 0
        assert got(server) == MANY[:12]

    def test_a_trial_account_is_named_before_anything_is_sent(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:2]), *FAST)
        server.conduct.account = {"status": "active", "type": "Trial"}
        sent = kit("send", "--yes", "2")

        assert (sent.exit_code, server.requests["create"]) == (1, 0)
        assert "The account is a trial" in sent.stderr

    def test_an_account_suspended_half_way_loses_nobody(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:30]), *FAST)
        server.conduct.suspended_after = 11
        sent = kit("send", "--yes", "30")

        assert sent.exit_code == 1
        assert "11 of 30 handed in." in sent.stdout
        assert sorted(set(statuses(kit))) == ["accepted", "planned"]
        server.conduct.suspended_after = None
        assert kit("send", "--yes", "30").exit_code == 0
        assert got(server) == MANY[:30]

    def test_a_country_that_is_not_enabled_costs_only_that_country(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(AMERICAN, MANY[0], MANY[1], BRITISH), *ALWAYS)
        for number in MANY[:2]:
            server.script(number, refuse(21408, 403))
        sent = kit("send", "--yes", "4")

        assert sent.exit_code == 3
        assert "is not enabled for a country in the plan (its code: 21408)" in sent.stderr
        assert statuses(kit) == ["accepted", "planned", "planned", "accepted"]
        assert got(server) == [AMERICAN, BRITISH]

    def test_a_country_that_is_not_enabled_is_said_also_when_the_others_sleep(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(MANY[0], AMERICAN), *FAST)
        server.script(MANY[0], refuse(21408, 403))
        sent = kit("send", "--yes", "2")

        assert sent.exit_code == 3
        assert "(its code: 21408)" in sent.stderr
        assert "It is quiet time where the other 1 people are" in sent.stderr


class TestAnswers(WithTwilio):
    @pytest.mark.parametrize("answer", ["html", "huge", "tear", "cut", "fail"])
    def test_an_answer_that_is_none_is_looked_up_and_never_sent_again_on_a_guess(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock, answer: str
    ) -> None:
        """One was taken all the same, one was not; nobody was told which."""
        tell("twilio", people(*MANY[:3]), *FAST)
        server.script(MANY[0], {"do": f"store and {answer}"})
        server.script(MANY[1], {"do": answer})
        sent = kit("send", "--yes", "3")

        assert sent.exit_code == 3
        assert statuses(kit) == ["unknown", "unknown", "accepted"]
        shown = kit("status", KIT_LANG="zh-Hans").stdout.splitlines()[0]
        assert re.fullmatch(r"friend0  \S+  不确定  \S+ \S+", shown)
        assert kit("send", "--yes", "3").exit_code == 3
        assert statuses(kit)[1:] == ["unknown", "accepted"]
        clock.go(seconds=121)
        assert kit("sync").exit_code == 0
        assert statuses(kit) == ["accepted", "planned", "accepted"]
        assert kit("send", "--yes", "3").exit_code == 0
        assert got(server) == MANY[:3]

    def test_a_hotel_that_answers_everything_with_its_welcome_tells_nobody_twice(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock
    ) -> None:
        tell("twilio", people(*MANY[:20]), *FAST)
        server.conduct.reads = [{"do": "html"}] * 99
        server.script("*", *[{"do": "html"}] * 99)
        assert kit("send", "--yes", "20").exit_code == 3
        assert statuses(kit) == ["unknown"] * 20
        clock.go(seconds=121)
        assert "kit sync asks" in kit("send", "--yes", "20").stdout
        assert kit("sync").exit_code == 3
        assert statuses(kit) == ["unknown"] * 20

        server.conduct.reads, server.conduct.script = [], {}
        assert kit("sync").exit_code == 0
        assert kit("send", "--yes", "20").exit_code == 0
        assert got(server) == MANY[:20]

    @pytest.mark.parametrize("answer", ["html", "huge"])
    def test_a_list_that_is_none_settles_nothing(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock, answer: str
    ) -> None:
        tell("twilio", people(MANY[0]), *FAST)
        server.script("*", {"do": "store and cut"})
        kit("send", "--yes", "1")
        clock.go(seconds=121)
        server.conduct.reads = [{"do": answer}]
        synced = kit("sync")

        assert synced.exit_code == 3
        assert "Twilio answered something that is not an answer" in synced.stderr
        assert "Nothing new." not in synced.stdout
        assert "Is the address in the settings right?" in synced.stderr
        assert statuses(kit) == ["unknown"]
        assert kit("sync").exit_code == 0
        assert (statuses(kit), got(server)) == (["accepted"], MANY[:1])

    def test_a_status_word_that_nobody_knows_is_on_its_way(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:2]), *FAST)
        server.conduct.word = "levitating"

        assert kit("send", "--yes", "2").exit_code == 0
        assert kit("sync").exit_code == 0
        assert statuses(kit) == ["accepted"] * 2

    def test_ten_refusals_in_a_row_pause_the_run_and_the_next_one_tries_one(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:40]), *FAST)
        server.script("*", *[refuse(30007)] * 40)
        sent = kit("send", "--yes", "40")

        assert sent.exit_code == 3
        assert "refused too many (10 of the last 10, last code: 30007); it stopped" in sent.stderr
        refused = statuses(kit).count("rejected")
        assert 10 <= refused <= 17
        again = kit("send", "--yes", "40")
        assert again.exit_code == 3
        assert "(1 of the last 1, last code: 30007)" in again.stderr
        assert statuses(kit).count("rejected") == refused + 1
        server.conduct.script.clear()
        assert kit("send", "--yes", "40").exit_code == 3  # some were refused, and that is shown
        assert statuses(kit).count("accepted") == 40 - refused - 1
        assert len(set(got(server))) == len(got(server)) == 40 - refused - 1

    def test_a_third_of_the_last_fifty_pause_the_run(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(*MANY[:80]), *FAST)
        for number in MANY[:80:2]:
            server.script(number, refuse(30007))
        sent = kit("send", "--yes", "80")

        assert sent.exit_code == 3
        assert "of the last 50, last code: 30007" in sent.stderr
        assert "planned" in statuses(kit)

    def test_429_is_waited_for_as_long_as_it_says(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock
    ) -> None:
        tell("twilio", people(*MANY[:3]), *FAST)
        server.script("*", {"do": "busy", "retry_after": 40})
        before = clock()

        assert kit("send", "--yes", "3").exit_code == 0
        assert (clock() - before).total_seconds() >= 40
        assert got(server) == MANY[:3]

    @pytest.mark.parametrize("seconds", [600, 7200, 10**9])
    def test_429_for_a_long_time_ends_the_run_and_says_when_it_goes_on(
        self, kit: Kit, tell: Tell, server: TwilioStandin, clock: Clock, seconds: int
    ) -> None:
        tell("twilio", people(*MANY[:3]), *FAST)
        server.script(MANY[0], {"do": "busy", "retry_after": seconds})
        sent = kit("send", "--yes", "3")

        assert sent.exit_code == 3
        assert "Twilio asked to wait; `kit send` goes on from" in sent.stderr
        asked = server.requests["create"]
        assert kit("send", "--yes", "3").exit_code == 3
        assert server.requests["create"] == asked
        clock.go(seconds=min(seconds, 3600))
        assert kit("send", "--yes", "3").exit_code == 0
        assert got(server) == MANY[:3]


class TestReplies(WithTwilio):
    def told(self, kit: Kit, tell: Tell, *numbers: str) -> None:
        count = tell("twilio", people(*numbers), *FAST)
        assert kit("send", "--yes", str(count)).exit_code == 0

    def test_a_reply_delivered_three_times_is_one(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        self.told(kit, tell, *MANY[:2])
        server.reply(MANY[0], "退订🙏", times=3)
        first, again = kit("sync", "--json"), kit("sync", "--json")

        assert objects(first)[-1]["summary"]["replies"] == 1
        assert objects(again)[-1]["summary"]["replies"] == 0
        (reply,) = objects(kit("replies", "--json"))
        assert {"contact_id", "channel", "text", "at", "meaning"} <= set(reply)
        assert (reply["channel"], reply["text"], reply["meaning"]) == (
            "twilio",
            "退订🙏",
            "opt_out",
        )

    def test_a_reply_from_a_stranger_is_shown_and_changes_nobody(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        self.told(kit, tell, MANY[0])
        server.reply(OTHER_AMERICAN, "STOP")

        assert "(not in your contacts)" in kit("sync").stdout
        (reply,) = objects(kit("replies", "--json"))
        assert (reply["contact_id"], reply["meaning"]) == (None, "opt_out")
        assert statuses(kit) == ["accepted"]

    def test_an_opt_out_holds_on_every_way_and_for_every_number(
        self, kit: Kit, tell: Tell, server: TwilioStandin, book: Book
    ) -> None:
        self.told(kit, tell, f"{MANY[0]} {MANY[50]}", MANY[1])
        server.deliver(MANY[0], "undelivered", 30005)
        server.reply(MANY[0], "别再发了")
        kit("sync")

        assert kit("send", "--yes", "2").exit_code == 3
        for via in ("twilio", "phone", "outbox"):
            assert "opted_out" in skipped(kit, via)
        kit("import", book(*people(f"{MANY[50]} {MANY[60]}"), name="again.vcf"))
        kit("choose", "--everyone-else")
        assert "opted_out" in skipped(kit, "phone")
        assert got(server) == MANY[:2]

    def test_whom_the_provider_knows_to_want_no_more_gets_nothing_by_any_way(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(f"{MANY[0]} {MANY[50]}"), *FAST)
        server.script(MANY[0], refuse(21610))

        assert kit("send", "--yes", "1").exit_code == 3
        assert kit("send", "--yes", "1").exit_code == 3
        assert [skipped(kit, via) for via in ("twilio", "phone")] == [["opted_out"]] * 2
        assert got(server) == []

    def test_what_a_program_reads_has_one_shape(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        self.told(kit, tell, MANY[0])
        server.deliver(MANY[0], "delivered")
        server.reply(MANY[0], "谢谢", times=2)
        changed, reply, summary = objects(kit("sync", "--json"))

        assert [changed] == objects(kit("status", "--json"))
        assert (changed["status"], changed["recipient"]) == ("delivered", MANY[0])
        assert [reply] == objects(kit("replies", "--json"))
        of_the_reply = {"contact_id", "channel", "sender", "text", "at", "meaning"}
        assert set(reply) == {*of_the_reply, "reports", "problems"}
        assert summary == {"summary": {"changed": 1, "replies": 1, "unknown": 0, "failed": []}}

    def test_a_wrong_person_gives_way_to_the_next_number(
        self, kit: Kit, tell: Tell, server: TwilioStandin, book: Book
    ) -> None:
        self.told(kit, tell, f"{MANY[0]} {MANY[50]}")
        server.reply(MANY[0], "你发错人了")
        kit("sync")
        kit("import", book(*people(f"{MANY[0]} {MANY[50]}"), name="again.vcf"))

        assert kit("send", "--yes", "1").exit_code == 0
        assert got(server) == [MANY[0], MANY[50]]
        assert replan(kit, "twilio") == 0
        assert got(server) == [MANY[0], MANY[50]]


class TestFallback(WithTwilio):
    def test_a_dead_number_gives_way_to_the_next_as_an_attempt_of_its_own(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(f"{MANY[0]} {MANY[50]}"), *FAST)
        server.script(MANY[0], refuse(21211))

        assert kit("send", "--yes", "1").exit_code == 0
        (row,) = objects(kit("status", "--json"))
        assert (row["status"], row["recipient"]) == ("accepted", MANY[50])
        assert got(server) == [MANY[50]]

    @pytest.mark.parametrize("answer", ["take", "store and cut", "cut"])
    def test_never_a_second_while_the_first_may_arrive(
        self, kit: Kit, tell: Tell, server: TwilioStandin, answer: str
    ) -> None:
        tell("twilio", people(f"{MANY[0]} {MANY[50]}"), *FAST)
        server.script(MANY[0], {"do": answer})
        for _ in range(3):
            kit("send", "--yes", "1")
            kit("sync")

        assert got(server) in ([], [MANY[0]])
        assert replan(kit, "phone") == 0

    def test_what_failed_after_it_was_taken_goes_to_the_next_number_once(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(f"{MANY[0]} {MANY[50]}"), *FAST)
        kit("send", "--yes", "1")
        server.deliver(MANY[0], "undelivered", 30005)
        kit("sync")
        kit("send", "--yes", "1")
        server.deliver(MANY[0], "delivered")  # late, and after the fact
        kit("sync")
        kit("send", "--yes", "1")

        assert got(server) == [MANY[0], MANY[50]]

    def test_nobody_left_to_try_is_said_and_never_called_done(
        self, kit: Kit, tell: Tell, server: TwilioStandin
    ) -> None:
        tell("twilio", people(MANY[0]), *FAST)
        server.script(MANY[0], refuse(21211))
        kit("send", "--yes", "1")
        again = kit("send", "--yes", "1")

        assert again.exit_code == 3
        assert "everybody in this plan has been dealt with" not in again.stdout
        assert "Refused or not delivered: 1." in again.stdout


class TestRoutes(WithTwilio):
    def test_an_open_text_to_a_barred_country_is_refused_whatever_the_flags(
        self, kit: Kit, book: Book, monkeypatch: pytest.MonkeyPatch, server: TwilioStandin
    ) -> None:
        from kit import phone

        monkeypatch.setenv("KIT_TWILIO_BASE_URL", "")
        monkeypatch.setattr(phone, "is_invented", lambda _: False)
        kit("import", book(*people(MANY[0], MANY[1])))
        kit("choose", "--emergency", MANY[0], "--everyone-else")
        consent = "--i-have-a-registered-sender-and-consent"

        assert skipped(kit, "twilio") == ["route_barred"] * 2
        nobody = kit("plan", "--via", "twilio", "--from", "小明").stderr
        assert "why stands above. Another way: kit plan" in nobody
        assert "Choose first" not in nobody
        assert skipped(kit, "twilio", "--open", "emergency") == ["route_barred"] * 2
        assert skipped(kit, "twilio", consent, "--open", "emergency") == ["route_barred"]
        assert skipped(kit, "twilio", consent) == []
        shown = kit("plan", "--via", "twilio", "--from", "小明", consent).stdout
        assert "The terms and the carrier may still stop it." in shown
        assert server.requests["create"] == 0

    def test_a_plan_made_with_a_stand_in_says_what_to_do_when_it_is_gone(
        self, kit: Kit, tell: Tell, server: TwilioStandin, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kit.channels.twilio import TwilioChannel

        tell("twilio", people(*MANY[:2]), *FAST)
        monkeypatch.setattr(TwilioChannel, "check", lambda _: [])
        sent = kit("send", "--yes", "2", KIT_TWILIO_BASE_URL="")

        assert sent.exit_code in (0, 3)
        assert "goes on" not in sent.stderr
        assert "Plan again for them: kit plan" in sent.stderr
        assert (server.requests["create"], statuses(kit)) == (0, ["planned"] * 2)
