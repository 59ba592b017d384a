"""What people type, and send by telephone: numbers, times, words, reports, lines of a sheet."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fuzz.target import NOW, Target

from kit import hours, inbox, jurisdiction, phone, sms, template
from kit.actions import log_files, recording, reporting, rows, times
from kit.actions.recording import Told
from kit.channels import mail_server
from kit.errors import KitError, SheetValueError
from kit.evidence import heard, said_time, written_times
from kit.evidence.redacting import Redactor
from kit.inbox.line import write_line
from kit.letters import draft_document, draft_page, draft_text, sheet
from kit.letters.draft import BlockKind, Given, asks, compose
from kit.letters.recorded import Recorded
from kit.model import Group, IncidentKind, SheetKey, Tone
from kit.settings import load
from kit.template.lint import leaks
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.target import Place

    from kit.actions.store import Store

CHINA = ZoneInfo("Asia/Shanghai")
_LINE = write_line("KIT1|2026-11-20 14:30|13800000123|某某金融|说要到我单位找人|yn|")
_PATTERN = """【来电记录】
时间：2026-11-20 14:30
号码：138 0000 0123
自称：某某金融
说了什么：说要到我单位找人
还说要告诉我妈
提到欠款：是
我已拒绝：否
"""
_REPLIES = (
    *("退订", "TD", "不要再给我发短信了", "你打错了，我不认识他", "有人打电话给我说你欠钱", "STOP"),
    *("please don't text me again", "wrong number mate", "唔好再搵我", "好的，知道了。你还好吗？"),
)
_SAID_TIMES = (
    *("昨天 22:30", "今晚8点半", "11月1日 下午3点一刻", "2026-11-01 22:30", "2小时前", "just now"),
    *("2026-11-01T22:30:05.123456+08:00", "半小时前", "昨晚 1 点", "2026年11月1日 22:30"),
)
_WRITTEN_TIMES = (
    *("2026-11-01 14:30:05", "2026年11月1日 下午2:30", "11-01 14:30:05", "Nov 1, 2026 2:30:05 PM"),
    *("20261101143005", "1793543400123", "1/11/2026 10:30 PM GMT+8", "1分23秒", "00:01:23", "83 s"),
)
_NUMBERS = (
    *("138 0000 0123", "+86 138-0000-0123", "010 5550 0101 转 8001", "(212) 555-0143 x12", "10086"),
    *(
        "tel:+8613800000123;ext=5",
        "13800000001/13800000002",
        "0086 138 0000 0123",
        "１３８００００００００１",
    ),
    *("+44 7700 900001", "95555,,1#", "400-555-0100", "96110"),
)
_SHEET = (
    *(
        "borrowed\n12,000.50 元",
        "rate\n14.6%",
        "overdue_since\n2026年1月5日",
        "phone\n138 0000 0001",
    ),
    *(
        "hardship\n失业了，孩子要上学。",
        "lender\n示例消费金融有限公司",
        "lender_kind\nbank",
        "country\ncn",
    ),
    *("income\n1.2万", "first_on\n2027-01-05", "told_before\n上个月说过\n也写过信"),
)
_LETTER = (
    "name\n李明\nphone\n13800000001\nlender\n示例消费金融有限公司\nlender_kind\nconsumer_finance\n"
    "income\n8000\nhousing\n2500\nfood\n1500\nowed\n30000\noffer\n800\nfirst_on\n2027-01-05\n"
    "hardship\n失业了\nother_expenses\n500\nborrowed\n40000\nborrowed_on\n2025-01-05\nrate\n14.6"
)
_TOLD = "call\n13800000123\n妈妈\n某某金融\n说要到我单位找人，让她替我还钱 13800000124"
_WORDS = (
    "小明",
    "买买提·艾力",
    "打我电话问我",
    "我换了工作，近来很忙，不必担心",
    "O'Brien",
    "Anne-Marie",
)
_ENVIRON = (
    *(
        "KIT_SETTLE_S=120\nKIT_LANG=zh_TW.UTF-8\nNO_COLOR=1",
        "LANGUAGE=en:zh_Hant\nKIT_LOCK_AFTER_S=0",
    ),
    *(
        "KIT_SMTP_URL=smtps://me%40example.com:pw@mail.example.com:465/",
        "KIT_HOME=x\nKIT_KEY_FILE=y",
    ),
    "KIT_IMAP_URL=imap://me:pw@[::1]:143/INBOX",
)
_OTHERS = (
    "08:00-21:00",
    "1-17,20",
    "1至17、20",
    "number=对方号码",
    "Asia/Shanghai",
    "+08:00",
    "90",
    "CN",
)


def targets(place: Place) -> tuple[Target, ...]:
    """Every one of them."""
    wishes = tuple(map(str.encode, _WORDS))
    return (
        Target(
            name="report",
            read=_report,
            seeds=_encoded(_LINE, _PATTERN, f"{_LINE}\n{_PATTERN}"),
            share=150,
        ),
        Target(name="report-kept", read=_kept(place), seeds=_encoded(_LINE, _PATTERN), share=30),
        Target(name="reply", read=_reply, seeds=_encoded(*_REPLIES), share=150),
        Target(name="said-time", read=_said, seeds=_encoded(*_SAID_TIMES), share=150),
        Target(name="written-time", read=_written, seeds=_encoded(*_WRITTEN_TIMES), share=150),
        Target(name="number", read=_number, seeds=_encoded(*_NUMBERS)),
        Target(name="sheet", read=_sheet, seeds=_encoded(*_SHEET), words=_encoded(*SheetKey)),
        Target(
            name="letter", read=_letter, seeds=_encoded(_LETTER), words=_encoded(*_SHEET), share=5
        ),
        Target(
            name="told",
            read=_told(place),
            seeds=_encoded(_TOLD),
            words=_encoded(*_REPLIES),
            share=30,
        ),
        Target(name="own-words", read=_own_words, seeds=wishes),
        Target(name="settings", read=_settings, seeds=_encoded(*_ENVIRON)),
        Target(name="wishes", read=_wishes(place), seeds=_encoded(*_OTHERS)),
    )


def _encoded(*texts: str) -> tuple[bytes, ...]:
    return tuple(map(str.encode, texts))


def _text(data: bytes) -> str:
    """As a terminal hands it on: what is no UTF-8 comes as halves of surrogate pairs."""
    return data.decode("utf-8", "surrogateescape")


def _report(data: bytes) -> object:
    return inbox.read_reports(_text(data), now=NOW, zone=CHINA)


def _kept(place: Place) -> Callable[[bytes], object]:
    """A report that the borrower types in, kept and taken back."""
    return lambda data: place.undone(lambda store: reporting.add(store, _text(data)))


def _reply(data: bytes) -> object:
    return inbox.meaning(_text(data))


def _said(data: bytes) -> object:
    text = _text(data)
    return said_time.find_time(text, NOW), times.typed(text), times.says_zone(text)


def _written(data: bytes) -> object:
    text = _text(data)
    found = written_times.read_time(text, 2026, is_day_first=written_times.says_order(text))
    return found, found.at(None, CHINA), written_times.read_duration(text, "分钟")


def _number(data: bytes) -> object:
    text = _text(data)
    found = [phone.read(text, region) for region in ("CN", "US", "HK")]
    numbers = [one.e164 for some, _ in found for one in some if one.e164]
    phone.before_extension(text)
    return found, [(phone.kind(one), phone.zones(one), phone.region_of(one)) for one in numbers]


def _sheet(data: bytes) -> object:
    """The first line is the key."""
    key, _, value = _text(data).partition("\n")
    try:
        wanted = SheetKey(key)
    except ValueError:
        wanted = list(SheetKey)[len(key) % len(SheetKey)]
    read = sheet.read(wanted, value, NOW.date())
    return read, sheet.shown(wanted, read), sheet.read(wanted, read, NOW.date())


def _letter(data: bytes) -> object:
    """Keys and values, a line each; what can be used stands in a letter, in every form."""
    lines = _text(data).split("\n")
    filled = {}
    for key, value in zip(lines[::2], lines[1::2], strict=False):
        with contextlib.suppress(SheetValueError, ValueError):
            filled[SheetKey(key)] = sheet.read(SheetKey(key), value, NOW.date())
    filled = {key: value for key, value in filled.items() if value}  # as the book keeps them
    known, say = jurisdiction.facts("cn"), Words("zh-Hans")
    given = Given(country="cn", known=known, sheet=filled, recorded=Recorded(), today=NOW.date())
    made = []
    for name in ("stop", "hardship"):
        if not set(asks("cn", name)[0]) <= filled.keys():
            continue
        draft = compose(name, given, "zh-Hans", say)
        plain = tuple(one for one in draft.blocks if one.kind not in _SLOW)
        draft_document.render(replace(draft, blocks=plain))
        made += [draft_page.render(draft, say), draft_text.render(draft, say)]
    return made


#: Parts of a document that take as long as a hundred others.
_SLOW = (BlockKind.PICTURE, BlockKind.TABLE)


def _told(place: Place) -> Callable[[bytes], object]:
    """What happened, line by line: written down, redacted, taken back."""

    def read(data: bytes) -> object:
        lines = data.decode("utf-8", "replace").split("\n")  # as both faces hand it on
        way, number, to, they, *said = [*lines, "", "", "", ""]
        kind = next((one for one in IncidentKind if one == way), IncidentKind.CALL)
        words = "\n".join(said)
        told = Told(kind=kind, at=NOW, number=number, to=to, said_they_were=they, said=words)
        return place.undone(lambda store: _written_down(store, told))

    return read


def _written_down(store: Store, told: Told) -> object:
    incident = recording.add(store, told).incident
    redactor = Redactor(store.book.contacts()[:20], "CN", Words("en"))
    redactor.learn_incident(incident)
    named = heard.office(told.said_they_were, told.said), heard.threat(told.said)
    return incident, redactor.incident(incident), named


def _own_words(data: bytes) -> object:
    """The borrower's words, in every text that has them."""
    text = _text(data)
    words = {"from": "小明", "check": template.text("zh-Hans", "check"), "line": ""}
    try:
        words["from"] = template.sender(text)
    except KitError:
        words["line"] = template.own_words("line", text)
    made = [
        template.notice(language, group, Tone.NEUTRAL, words, last="reply")
        for language in template.languages()
        for group in (Group.EMERGENCY, Group.EVERYONE)
    ]
    return made, [sms.segments(one) for one in made[:2]], leaks(made[0] + text, names=[text])


def _settings(data: bytes) -> object:
    """Variables of the environment, a line each."""
    pairs = [line.partition("=") for line in _text(data).replace("\0", "").split("\n")]
    load({name: value for name, _, value in pairs})
    servers = [mail_server.parse(value, s) for _, _, value in pairs for s in ("smtp", "imap")]
    return servers, [mail_server.address(value) for _, _, value in pairs]


def _wishes(place: Place) -> Callable[[bytes], object]:
    """Hours, rows, a column, a zone, a region, days."""

    def read(data: bytes) -> object:
        text, found = _text(data), []
        readers: tuple[Callable[[], object], ...] = (
            lambda: hours.parse_hours(text),
            lambda: rows.parse_rows(text),
            lambda: len(log_files.read_map([text])),
            lambda: log_files.read_zone(place.store, text),
            lambda: phone.check_region(text),
            lambda: phone.parse(text, "CN"),
        )
        for reader in readers:
            try:
                found.append(reader())
            except KitError as refusal:
                found.append(refusal)
        return [one for one in found if not isinstance(one, type(UTC))]

    return read
