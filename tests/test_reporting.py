"""What contacts say of calls, as commands and channels bring it in."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from conftest import card
from hard import MANY
from shop import opened, person, plan_and_send
from standins.android import PASSWORD, USER, AndroidPhone
from standins.mail import Mailbox, MailServer, Post
from test_hearing import letter
from twilio_account import settings

from kit.actions import hearing, reporting
from kit.cli import cli
from kit.inbox.line import write_line
from kit.model import E164, Meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock
    from standins.twilio import TwilioStandin

    from kit.actions.store import Store
    from kit.model import Address

ONE, TWO = (E164(number) for number in MANY[:2])
LINE = write_line("KIT1|2026-11-21 09:30|13800000123|某某金融|说要到我单位找人|yn|")
OTHER = write_line("KIT1|2026-11-21 09:40|||问我在哪里|un|")
DAMAGED = LINE.replace("找人", "抓人")
PATTERN = (
    "【来电记录】\n时间：2026-11-21 09:30\n号码：13800000123\n自称：某某金融\n"
    "说了什么：说要到我单位找人\n提到欠款：是\n我已拒绝：否"
)
PERSONAL = ("13800000123", "某某金融", "单位", "妈妈")


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


class TestCommands:
    @pytest.fixture
    def kit(
        self, kit_then: Callable[..., Result], book: Callable[..., Path]
    ) -> Callable[..., Result]:
        """The command line at ten in the morning, with one contact."""
        kit_then("import", book(card("妈妈", "13800000001")))
        return kit_then

    def test_a_report_is_kept_and_said_in_plain_words(self, kit: Callable[..., Result]) -> None:
        result = kit("inbox", "add", "--from", "妈妈", f"你看 {LINE}")

        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            "2026-11-21 09:30 · 13800000123 · 妈妈",
            "  They said they were: 某某金融",
            "  What was said: 说要到我单位找人",
            "  Was a debt named? yes",
            "  Did the contact refuse? no",
            "Kept as a proposal: it is the account of whoever sent it, and proves nothing yet.",
        ]

    def test_what_is_kept_is_listed_with_all_it_says(self, kit: Callable[..., Result]) -> None:
        kit("inbox", "add", "--from", "妈妈", OTHER)
        kit("inbox", "add", PATTERN)
        first, second = objects(kit("inbox", "--json"))
        (mother,) = objects(kit("contacts", "--json"))

        assert first.pop("id") != first.pop("report_id")
        assert first == {
            "at": "2026-11-21T01:30:00+00:00",
            "number": "13800000123",
            "caller": "+8613800000123",
            "said_they_were": "某某金融",
            "said": "说要到我单位找人",
            "debt_named": True,
            "refused": False,
            "checked": False,
            "contact_id": None,
            "heard_by": "borrower",
            "heard_at": "2026-11-21T02:00:00+00:00",
        }
        assert (second["contact_id"], second["caller"]) == (mother["id"], None)
        assert (second["debt_named"], second["checked"]) == (None, True)

    def test_the_list_says_whose_account_it_is(self, kit: Callable[..., Result]) -> None:
        assert "Nobody has reported a call yet." in kit("inbox").stdout
        kit("inbox", "add", PATTERN)
        kit("inbox", "add", OTHER)
        result = kit("inbox")

        assert "2026-11-21 09:30 · 13800000123 · (nobody said who sent it)" in result.stdout
        assert "Written by hand" in result.stdout
        assert "2026-11-21 09:40 · (no number shown) ·" in result.stdout
        assert "Was a debt named? not clear" in result.stdout
        assert "accounts of whoever sent them" in result.stderr

    def test_the_same_again_is_kept_once_and_says_so(self, kit: Callable[..., Result]) -> None:
        kit("inbox", "add", LINE)
        again = kit("inbox", "add", f"{LINE.lower()}\n{PATTERN}")

        assert again.exit_code == 0
        assert "This was there already; it is kept once." in again.stdout
        assert "Kept as a proposal" not in again.stdout
        assert len(objects(kit("inbox", "--json"))) == 1

    def test_the_caller_is_known_also_where_the_line_was_wrapped(
        self, kit: Callable[..., Result]
    ) -> None:
        kit("inbox", "add", "\n".join(LINE))

        assert objects(kit("inbox", "--json"))[0]["caller"] == "+8613800000123"

    def test_who_sent_it_can_be_said_later(self, kit: Callable[..., Result]) -> None:
        kit("inbox", "add", LINE)
        kit("inbox", "add", "--from", "妈妈", LINE)
        (one,) = objects(kit("inbox", "--json"))

        assert one["contact_id"]
        assert "This was there already" in kit("inbox", "add", LINE).stdout

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (DAMAGED, "changed on the way"),
            (LINE[:40], "cut short"),
            (LINE.replace("KIT1", "KIT2"), "(KIT2)"),
            (write_line("KIT1|2026-02-30 09:30||||yn|"), "no such date"),
            (write_line("KIT1|2026-11-22 09:30||||yn|"), "in the future"),
            ("【来电记录】\n时间：11月21日 09:30", "2026-11-21 14:30"),
            ("妈妈说有人打电话", "no report of a call"),
            ("", "no report of a call"),
        ],
    )
    def test_a_damaged_one_is_refused_and_nothing_kept(
        self, kit: Callable[..., Result], text: str, why: str
    ) -> None:
        result = kit("inbox", "add", text)

        assert (result.exit_code, result.stdout) == (1, "")
        assert why in result.stderr
        assert not [word for word in PERSONAL if word in result.stderr]
        assert kit("inbox", "--json").stdout == ""

    def test_a_good_one_beside_a_damaged_one_is_kept(self, kit: Callable[..., Result]) -> None:
        result = kit("inbox", "add", f"{DAMAGED}\n{OTHER}")

        assert result.exit_code == 3
        assert "TEXT:1  The report is not as it was made" in result.stderr
        assert "Ask them to send it again" in result.stderr
        assert [one["said"] for one in objects(kit("inbox", "--json"))] == ["问我在哪里"]

    def test_nothing_is_kept_of_a_sender_whom_nobody_knows(
        self, kit: Callable[..., Result]
    ) -> None:
        assert kit("inbox", "add", "--from", "没有这个人", LINE).exit_code == 1
        assert kit("inbox", "--json").stdout == ""

    def test_without_a_text_it_explains(self, kit: Callable[..., Result]) -> None:
        result = kit("inbox", "add")

        assert (result.exit_code, result.stdout) == (2, "")
        assert "in quotes" in result.stderr
        assert "kit inbox add -" in result.stderr

    @pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
    @pytest.mark.usefixtures("kit")
    def test_it_reads_standard_input(self, charset: str) -> None:
        result = CliRunner().invoke(cli, ["inbox", "add", "-"], input=PATTERN.encode(charset))

        assert result.exit_code == 0
        assert "某某金融" in result.stdout

    def test_it_can_be_pasted_into_the_window(self, terminal: Callable[..., Any]) -> None:
        child = terminal("inbox", "add", "-")
        child.expect("Paste it, press Enter")
        child.expect("\n")
        for line in (*PATTERN.replace("2026", "2025").splitlines(), "", "谢谢"):
            child.sendline(line)
        child.sendeof()
        child.expect("2025-11-21 09:30 · 13800000123")
        child.expect("Kept as a proposal")

    def test_it_speaks_chinese(self, kit: Callable[..., Result]) -> None:
        result = kit("inbox", "add", LINE, KIT_LANG="zh-Hans")

        assert "提到欠款：是" in result.stdout
        assert "证明" in result.stdout

    def test_what_is_kept_can_be_read_only_with_the_key(
        self, kit: Callable[..., Result], tmp_path: Path
    ) -> None:
        kit("inbox", "add", LINE)

        for path in (tmp_path / "home").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert not [word for word in PERSONAL if word.encode() in path.read_bytes()]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture
def mail() -> Iterator[str]:
    server = MailServer(Post())
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def shop(
    server: TwilioStandin,
    phone: AndroidPhone,
    box: Mailbox,
    mail: str,
    tmp_path: Path,
    clock: Clock,
) -> Iterator[Store]:
    store = opened(
        tmp_path / "home",
        clock,
        settings(server.url),
        android_url=phone.url,
        android_user=USER,
        android_password=PASSWORD,
        smtp_url=mail,
        imap_url=f"imap://me%40example.com:secret@127.0.0.1:{box.port}/INBOX",
        email_from="me@example.com",
    )
    yield store
    store.close()


class TestReplies:
    @pytest.fixture
    def hear(
        self, shop: Store, server: TwilioStandin, phone: AndroidPhone, box: Mailbox, clock: Clock
    ) -> Callable[..., None]:
        """Tell one contact by a channel, and hear what they or somebody else write back."""
        told: set[str] = set()

        def heard(channel: str, text: str, sender: Address = ONE) -> None:
            if channel not in told:
                address = "a@example.com" if channel == "email" else ONE
                shop.book.save([person("a", address)])
                plan_and_send(shop, channel)
                told.add(channel)
            clock.go(minutes=1)
            if channel == "twilio":
                server.reply(sender, text)
            elif channel == "android":
                phone.hear(sender, text)
            else:
                date = f"{clock.now:%a, %d %b %Y %H:%M:%S} +0000"
                box.mails.append(letter("a@example.com", text, date))
            clock.go(minutes=1)
            hearing.sync(shop)

        return heard

    @pytest.mark.parametrize("channel", ["twilio", "android", "email"])
    @pytest.mark.parametrize("text", [LINE, f"妈妈\n{PATTERN}\n好的"], ids=["line", "pattern"])
    def test_a_report_in_one_becomes_a_proposal_of_that_contact(
        self, shop: Store, hear: Callable[..., None], channel: str, text: str
    ) -> None:
        hear(channel, text)
        (proposal,) = reporting.proposals(shop)
        (heard,) = hearing.replies(shop)

        assert proposal.report.said == "说要到我单位找人"
        assert (proposal.contact_id, proposal.caller) == ("a", "+8613800000123")
        assert (proposal.heard_by, proposal.heard_at) == (channel, heard.reply.at)
        assert "某某金融" in heard.reply.text

    def test_one_heard_twice_or_sent_twice_is_one(
        self, shop: Store, hear: Callable[..., None]
    ) -> None:
        hear("twilio", LINE)
        hear("twilio", f"{LINE}\n{PATTERN}")
        reporting.add(shop, LINE)

        assert len(hearing.replies(shop)) == 2
        assert len(reporting.proposals(shop)) == 1

    def test_one_of_a_stranger_to_a_number_for_this_alone_has_no_contact(
        self, shop: Store, hear: Callable[..., None], kit: Callable[..., Result]
    ) -> None:
        hear("twilio", LINE, TWO)

        assert [one.contact_id for one in reporting.proposals(shop)] == [""]
        assert "· (not in your contacts)" in kit("inbox").stdout

    def test_what_a_stranger_writes_to_ones_own_phone_is_not_read(
        self, shop: Store, hear: Callable[..., None]
    ) -> None:
        hear("android", LINE, TWO)

        assert reporting.proposals(shop) == []

    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            (f"退订\n{LINE}", Meaning.OPT_OUT),
            (f"发错人了。{LINE}", Meaning.WRONG_PERSON),
            (f"有人打电话找你，说你欠钱。{OTHER}", Meaning.HARASSED),
            (LINE, Meaning.HARASSED),
            (write_line("KIT1|2026-11-21 09:30||打错了|不要再打电话|yn|"), Meaning.HARASSED),
            (PATTERN.replace("某某金融", "打错了"), Meaning.HARASSED),
            (f"{PATTERN}\n别再发了", Meaning.OPT_OUT),
        ],
    )
    def test_what_a_caller_said_is_no_wish_of_who_reports_it(
        self, shop: Store, hear: Callable[..., None], text: str, meaning: Meaning
    ) -> None:
        hear("twilio", text)

        assert [heard.meaning for heard in hearing.replies(shop)] == [meaning]
        assert len(reporting.proposals(shop)) == 1
        stops = {ONE: meaning} if meaning in (Meaning.OPT_OUT, Meaning.WRONG_PERSON) else {}
        assert shop.ledger.opted_out([ONE]) == stops

    def test_a_damaged_one_is_said_and_the_reply_kept(
        self, shop: Store, hear: Callable[..., None], kit: Callable[..., Result]
    ) -> None:
        hear("twilio", f"{DAMAGED}\n{OTHER}")
        shown = kit("replies").stdout

        assert len(reporting.proposals(shop)) == 1
        assert "抓人" in shown
        assert "A report in it was not kept: The report is not as it was made" in shown
        assert "Ask them to send it again" in shown
        assert "kept as proposals: kit inbox" in shown
        (reply,) = objects(kit("replies", "--json"))
        assert len(reply["reports"]) == len(reply["problems"]) == 1

    def test_a_reply_without_one_is_shown_as_ever(
        self, hear: Callable[..., None], kit: Callable[..., Result]
    ) -> None:
        hear("twilio", "好的，知道了")

        assert kit("replies").stdout.splitlines()[1:] == ["  好的，知道了"]

    def test_one_is_judged_by_the_time_of_its_reply(
        self, shop: Store, hear: Callable[..., None], clock: Clock, kit: Callable[..., Result]
    ) -> None:
        hear("twilio", write_line("KIT1|2026-11-21 11:30||||yn|"))
        clock.go(days=1)

        assert reporting.proposals(shop) == []
        assert "in the future" in kit("replies").stdout

    def test_reply_and_report_are_kept_together_or_not_at_all(
        self, shop: Store, hear: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def dies(*_: object) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr(type(shop.ledger), "propose", dies)
        with pytest.raises(KeyboardInterrupt):
            hear("twilio", LINE)
        assert hearing.replies(shop) == []
        monkeypatch.undo()
        hearing.sync(shop)

        assert len(hearing.replies(shop)) == len(reporting.proposals(shop)) == 1


@pytest.mark.parametrize(("region", "hours"), [("CN", 8), ("JP", 9), ("US", None)])
def test_the_time_is_the_regions_and_where_it_has_several_the_borrowers_own(
    store: Store, region: str, hours: int | None
) -> None:
    store.book.set("region", region)
    reporting.add(store, write_line("KIT1|2026-11-20 09:30||||yn|"))
    (proposal,) = reporting.proposals(store)
    own = store.clock().astimezone().utcoffset()
    offset = own if hours is None else timedelta(hours=hours)

    assert proposal.report.at + (offset or timedelta()) == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert reporting.on_the_clock(store, proposal.report) == "2026-11-20 09:30"
