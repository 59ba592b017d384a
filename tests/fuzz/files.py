"""Files from elsewhere: address books, logs, what phones say of apps, exhibits, backups, facts."""

from __future__ import annotations

import csv
import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

import audits
from conftest import EXAMPLES
from fuzz.target import NOW, Target

from kit import contacts, jurisdiction, vcard
from kit.actions import auditing, backup_file, exhibits, logs, reading, spreadsheet
from kit.actions.exhibits import Handed
from kit.actions.log_files import Ways
from kit.actions.sources import Upload
from kit.actions.upload_wire import Answer, NonsenseError, answer, question
from kit.errors import BackupTooNewError, NoBackupError, NothingToDrawError
from kit.evidence import media, sms_backup
from kit.jurisdiction.facts import read_facts
from kit.model import Group
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import BinaryIO

    from fuzz.target import Place

_CARDS = Path(__file__).parents[1] / "cards"
_VCARD_WORDS = (
    *(b"BEGIN:VCARD\r\n", b"END:VCARD\r\n", b"VERSION:2.1", b"ENCODING=QUOTED-PRINTABLE", b"\r\n "),
    *(
        b"CHARSET=GBK",
        b"PHOTO;ENCODING=b:",
        b"X-ABLabel",
        b"item1.TEL",
        b"X-ANDROID-CUSTOM:",
        b"=\r\n",
    ),
    *(
        b"N:;;;;",
        b"RELATED;TYPE=spouse:",
        b"TEL;VALUE=uri:tel:+86",
        b"REV:",
        b"KIND:group",
        b"UID:x",
    ),
)
_LABELS = spreadsheet.Labels(
    columns={one: one for one in spreadsheet.COLUMNS}, groups={one: one.value for one in Group}
)
_GOOGLE = (
    "First Name,Middle Name,Last Name,Nickname,Organization Name,Birthday,Labels,E-mail 1 - Label,"
    "E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Relation 1 - Label,Relation 1 - Value\r\n"
    "小芳,,王,芳芳,,1990-01-01,* myContacts,Home,f@example.com,Mobile,138 0000 0004,Mother,妈\r\n"
    "老师,,李,,小学,,,,,Work,010 5550 0101 ::: 13800000005,,\r\n"
).encode()
_OUTLOOK = (
    "名字,姓氏,公司,職稱,商務電話,住家電話,行動電話,電子郵件地址,類別\r\n"
    '"小,芳",王,,,,,13800000004,,\r\n'
).encode()
_SMS = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="3" backup_date="1793543400123" type="full">
<sms address="13800000123" date="1793543400123" type="1" body="再不还就找你妈&#55357;&#56832;" />
<sms address="13800000124" date="1793543400124" type="2" body="null" read="1"></sms>
<mms date="1793543400125" msg_box="1" address="13800000123~13800000125" sub="null">
<parts><part seq="0" ct="text/plain" text="还钱" />
<part seq="1" ct="image/jpeg" data="QUJDREVG" /></parts>
<addrs><addr address="13800000123" type="137" /></addrs></mms></smses>
""".encode()
_CALLS = b"""<?xml version='1.0' encoding='UTF-8'?><calls count="2">
<call number="13800000123" duration="12" date="1793543400123" type="1" presentation="1" />
<call number="-2" duration="0" date="1793543400999" type="3" presentation="2" /></calls>"""
_BILL = """中国某运营商通话详单
客户：小明,,2026年11月
起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,实收通信费(元)
11-01 22:30:05,北京,被叫,13800000123,1分23秒,本地,0.00
11-01 22:40:05,北京,主叫,13800000124,5秒,本地,0.00
合计,,,,,,1.20
""".encode()
_TABLE = (
    b"Date;Time;Direction;Number;Duration;Text\n"
    b'2026-11-01;22:30:05;incoming;13800000123;83;"pay\nnow"\n'
    b"1/11/2026;10:30 PM;missed;+86 138 0000 0124;0:00;\n"
)
_REPORT = (
    audits.access() + audits.older() + audits.called("x.example.com", "2026-01-05T22:30:20+08:00")
)
_ANSWERED = json.dumps(["done", 0]).encode()


def targets(place: Place) -> tuple[Target, ...]:
    """Every one of them."""
    books = tuple(one.read_bytes() for one in sorted(EXAMPLES.glob("*.vcf")))
    cards = tuple(one.read_bytes() for one in sorted(_CARDS.glob("*.vcf")))
    rows = _rows(place)
    return (
        Target(name="vcard", read=_vcard, seeds=(*cards, *books), words=_VCARD_WORDS, share=200),
        Target(name="people", read=_people, seeds=(*books, *cards), words=_VCARD_WORDS, share=70),
        Target(name="csv-book", read=_csv_book, seeds=(_GOOGLE, _OUTLOOK), share=60),
        Target(name="zip-book", read=_zip, seeds=(_zipped(books[0]), _zipped(_GOOGLE, "a.csv"))),
        Target(name="upload-answer", read=_answer, seeds=_answers(books), refuses=(NonsenseError,)),
        Target(
            name="choices", read=_choices(place), seeds=(rows, rows.replace(b",", b";")), share=50
        ),
        Target(name="sms-backup", read=_backup_of_texts, seeds=(_SMS, _CALLS), share=200),
        Target(name="log", read=_log(place), seeds=(_BILL, _TABLE, _SMS, _CALLS), share=200),
        Target(name="log-taken", read=_taken(place), seeds=(_BILL, _TABLE, _CALLS), share=30),
        Target(name="privacy-report", read=_audit, seeds=(_REPORT,), share=150),
        Target(name="package-dump", read=_audit, seeds=(audits.DUMP.encode(), _huawei())),
        Target(
            name="exhibit",
            read=_exhibit(place),
            seeds=_pictures(),
            words=(b"Exif\0\0", b"ftypheic"),
        ),
        Target(name="backup-page", read=_backup(place), seeds=(_page(),), share=30),
        Target(name="copy-manifest", read=_manifest(place), seeds=(_manifest_seed(),)),
        Target(name="facts", read=_facts, seeds=_fact_files(), share=30),
    )


def _vcard(data: bytes) -> object:
    return vcard.read_cards(io.BytesIO(data), "book.vcf")


def _read(data: bytes, name: str) -> reading.Read:
    return reading.read_books([Upload(name, data)], "", lambda _, texts: next(iter(texts)))


def _people(data: bytes) -> object:
    """Cards made people; and what each looks like, and how the name is read."""
    from kit.contacts.kinds import kind_of
    from kit.contacts.pinyin import spelt
    from kit.contacts.suggestions import suggestion_for

    read = _read(data, "book.vcf")
    found = contacts.gather(read.cards, (), "CN", lambda: uuid4().hex[:12])
    seen = [(kind_of(one), suggestion_for(one, None), spelt(one.name)) for one in found.contacts]
    return read, found, seen


def _csv_book(data: bytes) -> object:
    return _read(data, "book.csv")


def _zip(data: bytes) -> object:
    return _read(data, "book.zip")


def _zipped(content: bytes, name: str = "a.vcf") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def _answers(books: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """What the process that reads uploads says, as it says it."""
    asked = io.BytesIO(b"".join(question([Upload("a.vcf", one) for one in books[:2]], "")))
    said = b"".join(answer(asked)).splitlines()
    whole = [b"\n".join(some) for some in (said[:1], said[1:2], said[-3:])]
    doubt = b'["doubt", ["a.vcf", {"gb18030": ["a"], "big5": ["b"]}]]'
    return (*whole, doubt, _ANSWERED)


def _answer(data: bytes) -> object:
    found = Answer()
    for line in data.splitlines():
        found.take(line)
    return found.read, found.doubts


def _rows(place: Place) -> bytes:
    """The spreadsheet of the book, as it is written."""
    from kit.actions import people

    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(spreadsheet.COLUMNS)
    for one in people.others(place.store)[:6]:
        writer.writerow((f"#{one.id}", one.name, " / ".join(one.numbers), "everyone"))
    return sheet.getvalue().encode()


def _choices(place: Place) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        path = place.file(data, "choices.csv")
        return place.undone(lambda store: spreadsheet.read(store, path, (_LABELS,)))

    return read


def _backup_of_texts(data: bytes) -> object:
    return sms_backup.read(cast("BinaryIO", io.BytesIO(data)), "sms.xml")


def _handed(data: bytes, name: str = "a.xml") -> Handed:
    return Handed(name=name, open=lambda: io.BytesIO(data), size=len(data))


def _log(place: Place) -> Callable[[bytes], object]:
    def read(data: bytes) -> object:
        found = logs.read(place.store, [_handed(data)], Ways(zone=NOW.tzinfo))
        return found.callers, found.problems

    return read


def _taken(place: Place) -> Callable[[bytes], object]:
    """What is written down of a log, and taken back."""
    numbers, ways = {"13800000123", logs.HIDDEN}, Ways(zone=NOW.tzinfo)

    def read(data: bytes) -> object:
        given = [_handed(data)]
        return place.undone(lambda store: logs.take(store, given, numbers, ways).problems)

    return read


def _audit(data: bytes) -> object:
    found = auditing.audit(_handed(data, "report.ndjson"))
    try:
        drawn = auditing.picture(found, Words("zh-Hans"), "zh-Hans")
    except NothingToDrawError:
        drawn = ""
    return found, drawn, auditing.commands(found)


def _huawei() -> bytes:
    return (
        audits.HEAD + audits.package(audits.CHAT, audits.ASKS, audits.HUAWEI, user="用户 0")
    ).encode("gb18030")


def _exhibit(place: Place) -> Callable[[bytes], object]:
    """The first line is its name."""

    def read(data: bytes) -> object:
        name, _, content = data.partition(b"\n")
        handed = _handed(content, name.decode("utf-8", "surrogateescape"))
        looked = exhibits.look(place.store, handed)
        promise = media.broken_promise(handed.name, looked.media_type)
        return looked.media_type, looked.taken_at, promise, media.extension(looked.media_type)

    return read


def _pictures() -> tuple[bytes, ...]:
    """Pictures that say when they were taken, and how other files begin."""
    from PIL import Image

    made = []
    for kind in ("JPEG", "PNG", "TIFF", "WEBP"):
        image, stream = Image.new("1", (2, 2)), io.BytesIO()
        exif = image.getexif()
        exif.get_ifd(0x8769).update({0x9003: "2026:11:01 22:30:00", 0x9011: "+08:00"})
        image.convert("RGB").save(stream, kind, exif=exif)
        made.append(b"a.jpg\n" + stream.getvalue())
    begins = [kind[0] for kind in media._BEGINS]  # noqa: SLF001 (so that none is left out)
    heic = (
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
        b"\0\0\0\x40meta\0\0\0\0\0\0\0\x21hdlr\0\0\0\0\0\0\0\0pict"
    )
    return (*made, b"a.heic\n" + heic, b"a\n" + b"".join(begins), b"a.html\n<?xml ?><!-- --><html>")


def _page() -> bytes:
    told = {"what": backup_file.BACKUP, "format": 1, "steps": {"book": 1, "ledger": 2}, "bytes": 0}
    cost = {"kdf": "scrypt", "n": 2, "r": 1, "p": 1, "salt": "00" * 16}
    return json.dumps({**told, "cost": cost, "check": "00" * 32}).encode()


def _backup(place: Place) -> Callable[[bytes], object]:
    """The page behind a backup, and the key that it asks for."""

    def read(data: bytes) -> object:
        path = place.file(data.ljust(4096))
        try:
            told = backup_file.told_by(path, {"book": 1, "ledger": 2})
        except (NoBackupError, BackupTooNewError):
            told = dict(_told(data))
        return backup_file.is_one(path), backup_file.unlocked(path, told, "passphrase")

    return read


def _told(data: bytes) -> Mapping[str, Any]:
    """The cost on a page that tells of another file, so that it is tried all the same."""
    try:
        told = json.loads(data)
        return told if isinstance(told, dict) else {}
    except (ValueError, RecursionError):
        return {}


def _manifest_seed() -> bytes:
    files = [{"path": "index.html", "sha256": "00" * 32, "size": 3}]
    told = {
        "files": files,
        "head": {"hash": "00" * 32, "number": 0},
        "left_out": [],
        "redacted": False,
    }
    chain = {
        "number": 1,
        "kind": "incident",
        "at": "x",
        "digest": "0",
        "previous": "0" * 64,
        "hash": "0",
    }
    return json.dumps({**told, "sha256": "00" * 32}).encode() + b"\n" + json.dumps(chain).encode()


def _manifest(place: Place) -> Callable[[bytes], object]:
    """A copy of the record, by the program that lies in it; the second line is its chain."""
    import contextlib
    import runpy

    program = runpy.run_path(str(Path(__file__).parents[2] / "templates" / "verify.py"))
    folder = place.folder / "copy"
    (folder / "record").mkdir(parents=True, exist_ok=True)

    def read(data: bytes) -> object:
        manifest, _, chain = data.partition(b"\n")
        (folder / "manifest.json").write_bytes(manifest)
        (folder / "record" / "chain.jsonl").write_bytes(chain)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            check = program["Check"](folder)
            check.run()
        return said.getvalue()

    return read


def _fact_files() -> tuple[bytes, ...]:
    """A country's facts, cut to a few."""
    text = (jurisdiction.files.FOLDER / "in.toml").read_text(encoding="utf-8")
    china = (jurisdiction.files.FOLDER / "cn.toml").read_text(encoding="utf-8")
    return (
        text[:3_500].rpartition("\n\n")[0].encode(),
        china[:3_500].rpartition("\n\n")[0].encode(),
    )


def _facts(data: bytes) -> object:
    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError):  # said so by `facts`, which reads our own files only
        return None
    return read_facts("xx", table)
