from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import no_passphrase
from hard import MANY, Hard, objects, people, replan, skipped, statuses
from standins.android import PASSWORD, USER, AndroidPhone
from standins.mail import Mailbox, MailServer, Post
from standins.twilio import ACCOUNT, NUMBER, TOKEN, TwilioStandin

from kit.actions import planning, running
from kit.actions.planning import Request
from kit.actions.store import open_store
from kit.connector.lock import held
from kit.model import E164, Contact, Group
from kit.settings import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Event

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]
    Book = Callable[..., Path]
    Tell = Callable[..., int]

DOCTOR = (
    *("KIT_ANDROID_URL", "KIT_ANDROID_USER", "KIT_ANDROID_PASSWORD", "KIT_SMTP_URL"),
    *("KIT_IMAP_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "KIT_TWILIO_SENDER"),
)


class TestSettings(Hard):
    @pytest.mark.parametrize("nonsense", ["soon", "-1", "nan", "inf"])
    @pytest.mark.parametrize("command", ["status", "sync", "doctor"])
    def test_a_time_to_settle_that_is_none_is_said_and_nothing_is_done(
        self, kit: Kit, command: str, nonsense: str
    ) -> None:
        result = kit(command, KIT_SETTLE_S=nonsense)

        assert result.exit_code == 1
        assert result.stderr.startswith("The setting KIT_SETTLE_S cannot be used as it is")
        assert "KIT_SETTLE_S" in kit(command, KIT_SETTLE_S=nonsense, KIT_LANG="zh-Hans").stderr

    def test_help_is_there_whatever_the_settings(self, kit: Kit) -> None:
        assert kit("--help", KIT_SETTLE_S="soon").exit_code == 0
        assert kit("sync", "--help", KIT_SETTLE_S="soon").exit_code == 0

    @pytest.mark.parametrize(
        "hours",
        ["08-21", "8:00-21:00", "21:00-08:00", "08:00-08:00", "24:00-24:00", "23:59-24:30", "noon"],
    )
    def test_hours_that_are_none_are_refused_in_one_sentence(
        self, kit: Kit, book: Book, hours: str
    ) -> None:
        kit("import", book(*people(MANY[0])))
        refused = kit("plan", "--from", "小明", "--hours", hours)

        assert refused.exit_code == 2
        assert refused.stderr.startswith("Hours are written such as 08:00-21:00")
        assert kit("plan", "--from", "小明", "--hours", "08：00-21：00").exit_code == 0

    @pytest.mark.parametrize("pace", ["-1", "nan", "inf", "1e-300", "0.0001", "1e9"])
    def test_a_pace_that_is_none_is_refused(self, kit: Kit, book: Book, pace: str) -> None:
        kit("import", book(*people(MANY[0])))
        refused = kit("plan", "--via", "outbox", "--from", "小明", "--max-per-second", pace)

        assert refused.exit_code == 2
        assert refused.stderr.startswith("A pace must be a number, 0 for no limit")

    @pytest.mark.parametrize("pace", ["0", "0.02", "0.1", "1"])
    def test_a_pace_is_kept_in_the_plan(self, kit: Kit, book: Book, pace: str) -> None:
        kit("import", book(*people(MANY[0])))
        planned = kit(
            "plan", "--via", "twilio", "--from", "小明", "--json", "--max-per-second", pace
        )

        assert objects(planned)[-1]["summary"]["max_per_second"] == (float(pace) or None)


class TestDoctor(Hard):
    def test_with_nothing_set_it_names_what_would_be(self, kit: Kit) -> None:
        examined = kit("doctor")

        assert examined.exit_code == 0
        assert all(name in examined.stdout for name in DOCTOR)
        assert "Scan and send needs nothing" in examined.stdout

    def test_with_everything_set_all_is_ready_and_nobody_gets_anything(
        self, kit: Kit, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail, mailbox = MailServer(post := Post()), Mailbox()
        mail.start()
        with TwilioStandin(clock) as twilio, AndroidPhone(clock) as phone:
            values = (
                *(phone.url, USER, PASSWORD, f"smtp://127.0.0.1:{mail.port}"),
                f"imap://me%40example.com:secret@127.0.0.1:{mailbox.port}",
                *(ACCOUNT, TOKEN, NUMBER),
            )
            for name, value in zip(DOCTOR, values, strict=True):
                monkeypatch.setenv(name, value)
            examined = kit(
                "doctor", KIT_TWILIO_BASE_URL=twilio.url, KIT_EMAIL_FROM="me@example.com"
            )
        mail.stop()
        mailbox.stop()

        assert (examined.exit_code, examined.stdout.count(": ready.")) == (0, 3)
        assert (post.taken, phone.texts, twilio.messages, mailbox.changes) == ([], {}, [], [])

    def test_with_wrong_things_set_it_names_each(self, kit: Kit) -> None:
        wrong = dict.fromkeys(DOCTOR, "小明 x")
        examined = kit("doctor", **wrong)

        assert examined.exit_code == 3
        assert examined.stdout.count("something stands in the way") == 3
        assert "小明" not in examined.stdout
        for name in ("KIT_ANDROID_URL", "KIT_SMTP_URL", "KIT_IMAP_URL", "TWILIO_ACCOUNT_SID"):
            assert f"  {name}  " in examined.stdout

    def test_what_is_not_set_up_has_its_steps_and_what_is_deaf_is_said(self, kit: Kit) -> None:
        bare = kit("doctor", KIT_LANG="zh-Hans").stdout
        assert bare.count("\n  1. ") == 3
        assert "kit plan --via twilio" in bare

        assert (
            "退信和邮件回复在这里看不到"
            in kit("doctor", KIT_LANG="zh-Hans", KIT_SMTP_URL="smtp://127.0.0.1:1").stdout
        )


class TestWho(Hard):
    @pytest.mark.parametrize("command", ["stop", "told", "retry"])
    def test_whom_nobody_knows_or_two_share_is_refused(
        self, kit: Kit, tell: Tell, command: str
    ) -> None:
        tell("phone", [*people(MANY[0]), *people(MANY[1])])

        assert kit(command, "nobody at all").exit_code == 1
        assert "WHO number 1 is nobody in your contacts" in kit(command, "nobody at all").stderr
        two = kit(command, "friend0")
        assert (two.exit_code, two.stderr.count("…")) == (1, 2)
        assert statuses(kit) == ["planned"] * 2

    def test_before_any_plan_only_an_opt_out_has_a_meaning(self, kit: Kit, book: Book) -> None:
        kit("import", book(*people(MANY[0])))

        assert kit("told", "friend0").exit_code == 1
        assert "kit plan" in kit("retry", "friend0").stderr
        for _ in range(2):
            assert kit("stop", "friend0").exit_code == 0
        kit("choose", "--everyone-else")
        assert skipped(kit, "phone") == ["opted_out"]

    def test_twice_is_as_once(self, kit: Kit, tell: Tell) -> None:
        tell("phone", people(MANY[0], MANY[1]))
        for _ in range(2):
            assert kit("told", "friend0").exit_code == 0
        assert statuses(kit) == ["delivered", "planned"]
        assert kit("retry", "friend0").exit_code == 1
        assert kit("retry", "friend1").exit_code == 1
        assert skipped(kit, "phone") == ["already_told"]
        assert replan(kit, "outbox") == 2


class TestSync(Hard):
    def test_with_nothing_to_ask_there_is_nothing_new(self, kit: Kit, tell: Tell) -> None:
        assert kit("sync").stdout == "Nothing new.\n"
        tell("phone", people(MANY[0]))
        asked = kit("sync", "--json")

        assert asked.exit_code == 0
        assert objects(asked) == [
            {"summary": {"changed": 0, "replies": 0, "unknown": 0, "failed": []}}
        ]
        assert kit("replies", "--json").stdout == ""
        assert "Nobody has written back yet." in kit("replies").stdout

    def test_a_channel_that_is_not_set_up_is_named_and_is_no_news(
        self, kit: Kit, tell: Tell
    ) -> None:
        tell("twilio", people(MANY[0]))
        asked = kit("sync")

        assert (asked.exit_code, asked.stdout) == (3, "")
        assert "could not be asked." in asked.stderr
        assert "TWILIO_ACCOUNT_SID" in asked.stderr
        assert objects(kit("sync", "--json"))[-1]["summary"]["failed"] == ["twilio"]

    def test_a_phone_that_sent_nothing_is_not_looked_into(self, kit: Kit, tell: Tell) -> None:
        tell("android", people(MANY[0]))

        assert kit("sync").stdout == "Nothing new.\n"

    def test_while_somebody_sends_it_waits_for_another_day(
        self, kit: Kit, tell: Tell, tmp_path: Path
    ) -> None:
        tell("phone", people(MANY[0]))
        with held(tmp_path / "home" / "at-work.lock"):
            for command in (("sync",), ("told", "friend0"), ("retry", "friend0")):
                result = kit(*command)
                assert result.exit_code == 1
                assert "Another `kit` is at work" in result.stderr
            assert kit("stop", "friend0").exit_code == 0
            assert kit("status", "--json").exit_code == 0


def test_a_slow_pace_is_kept_by_many_threads(clock: Clock) -> None:
    """Of eight threads the last would have had to wait for longer than any does."""

    def rest(stopped: Event, seconds: float) -> bool:
        stopped.wait(0.02)  # all of them have asked for a slot by then
        return clock.rest(stopped, seconds)

    with TwilioStandin(clock) as server:
        settings = replace(
            load(),
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_sender=NUMBER,
            twilio_base_url=server.url,
        )
        store = open_store(settings, no_passphrase, clock, rest)
        store.book.save(
            [
                Contact(id=f"id{n:02}", numbers=(E164(number),), group=Group.EVERYONE)
                for n, number in enumerate(MANY[:20])
            ]
        )
        plan = planning.freeze_plan(
            store,
            Request(sender="小明", channel="twilio", max_per_second=0.1, hours="00:00-24:00"),
        )
        before = clock()
        with running.run(store, plan, 20) as run:
            list(run.sending())

        assert len(server.messages) == 20
        assert (clock() - before).total_seconds() >= 190
        store.close()
