"""The pictures of what was recorded: read as XML, as words, and as pixels."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from drawn import NEEDS_A_FONT, opened

from kit import jurisdiction, typeset
from kit.errors import NoFontError
from kit.jurisdiction import FactKind
from kit.letters import heat as hours_of_day
from kit.letters import svg
from kit.letters.timeline import heat, timeline
from kit.model import Account, Incident, IncidentKind, Rule
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from kit.actions.store import Store

    Kit = Callable[..., Result]

AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"
HOURS = [fact for fact in jurisdiction.facts("cn") if fact.kind is FactKind.HOURS]
LANGUAGES = ["zh-Hans", "zh-Hant", "en"]


def incident(id_: int = 0, to: str = "妈妈", **more: object) -> Incident:
    told: dict[str, object] = {
        "kind": IncidentKind.CALL,
        "at": AT,
        "zones": ("Asia/Shanghai",),
        "account": Account.BORROWER,
        "noted_at": AT,
    }
    return Incident(id=f"{id_}", to=to, **(told | more))  # type: ignore[arg-type]


SMALL = [
    incident(1, "", to_borrower=True),
    incident(2),
    incident(3, at=AT + timedelta(minutes=1)),
    incident(4, "单位同事", kind=IncidentKind.VISIT, at=AT + timedelta(days=1, hours=12)),
    incident(5, kind=IncidentKind.TEXT, at=AT + timedelta(days=30)),
]
MARKS = {"2": {Rule.HOURS, Rule.FREQUENCY}, "3": {Rule.HOURS, Rule.DISCLOSURE}, "5": {Rule.THREAT}}


def days(*incidents: Incident, marks: object = None, language: str = "zh-Hans") -> str:
    return timeline(list(incidents), marks or {}, Words(language), language)  # type: ignore[arg-type]


def hours(*incidents: Incident, language: str = "zh-Hans") -> str:
    return heat(list(incidents), HOURS, Words(language), language)


def texts(drawing: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(drawing).iter(f"{SVG}text")]  # noqa: S314 (ours)


def cells(drawing: str) -> list[str]:
    """The numbers on shaded cells."""
    return re.findall(
        r'<text [^>]*font-size="(?:12|9)" text-anchor="middle" [^>]*>([^<]+)<', drawing
    )


def test_a_small_record_looks_as_it_was_looked_at(golden: Callable[[str, str], None]) -> None:
    golden("timeline.svg", days(*SMALL, marks=MARKS) + "\n")
    golden("hours.svg", hours(*SMALL) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draw", [days, hours], ids=["days", "hours"])
@pytest.mark.parametrize("incidents", [[], SMALL[:1], SMALL], ids=["none", "one", "some"])
def test_a_drawing_says_in_words_what_it_is_and_reaches_for_nothing(
    draw: Callable[..., str], incidents: list[Incident], language: str
) -> None:
    drawing = draw(*incidents, language=language)
    root = ET.fromstring(drawing)  # noqa: S314 (ours)

    assert all(root.findtext(f"{SVG}{one}") for one in ("title", "desc"))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        *("svg", "title", "desc", "rect", "text", "path", "g", "defs", "pattern"),
    }
    beyond = drawing.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"href|@import|url\((?!#)|https?:|<script|<style| on\w+=", beyond)
    assert float(root.get("height", 0)) < 600


HOSTILE = [
    "<script>alert(1)</script>",
    '"/><image href="x"/>&amp;',
    "\u202e字名的人害",
    "a\u2066b\u2069\u200f",
    "李" * 500,
    "W" * 500,
    "Z" + "\u0301" * 200,
    "❤️👨‍👩‍👧‍👦",
    "\ud800\x00\x1b[2J\ufffe",
    "اسم طويل جدا",
    "]]>",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_is_text_that_stands_by_itself_and_is_cut(name: str) -> None:
    drawing = days(incident(1, name), incident(2, "妈妈"))
    said = texts(drawing)
    shown = said[said.index("妈妈") - 1 :][:3]

    assert not set(drawing) & set("\u202e\u2066\u2069\u200f\x00\x1b\ufffe\ud800")
    assert svg.plain(name, 12) in said or "没记下是谁" in said
    assert all(svg.width(one) <= 12 for one in shown)
    assert drawing.count("<text") == days(incident(1, "x"), incident(2, "妈妈")).count("<text")
    assert hours(incident(1, name)) == hours(incident(1, "妈妈")), "the hours name nobody"


def test_the_borrower_comes_first_and_more_than_twelve_are_put_together() -> None:
    people = [incident(one, f"人{one}") for one in range(40)] * 2
    said = texts(days(*people, incident(99, "", to_borrower=True)))
    lanes = [one for one in said if one.startswith(("人", "借款人", "其他"))]

    assert lanes[0] == "借款人本人"
    assert lanes[-1] == "其他 29 人"
    assert len(lanes) == 13


def test_one_contact_is_one_lane_whatever_they_were_called() -> None:
    said = texts(days(incident(1, "妈妈", contact_id="c"), incident(2, "母亲", contact_id="c")))

    assert len([one for one in said if one in ("妈妈", "母亲")]) == 1


def test_a_day_is_the_day_where_whoever_was_reached_was() -> None:
    late = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)

    assert "2026-06-02 至 2026-06-02" in " ".join(texts(days(incident(at=late))))
    there = incident(at=late, zones=("America/New_York",))
    assert "2026-06-01 至 2026-06-01" in " ".join(texts(days(there)))
    assert "2026-06-02" in texts(hours(incident(at=late, zones=("+08:00", "UTC"))))
    assert "2026-06-01" in texts(hours(incident(at=late, zones=("Nowhere/Else",))))


@pytest.mark.parametrize("at", ["0001-01-01T00:00+00:00", "9999-12-31T23:59+00:00"])
@pytest.mark.parametrize("zone", ["-12:00", "+14:00"])
def test_the_first_day_and_the_last_can_be_drawn(at: str, zone: str) -> None:
    far = incident(at=datetime.fromisoformat(at), zones=(zone,))

    assert at[:4] in "".join(texts(days(far, incident())))
    assert at[:4] in "".join(texts(hours(far, incident())))


def test_what_was_told_of_a_call_stands_below_it_with_how_often() -> None:
    three = [incident(one) for one in range(3)]
    drawing = days(*three, marks={"0": {Rule.HOURS}, "1": {Rule.HOURS}, "2": {Rule.IDENTITY}})
    said = texts(drawing)

    assert said[said.index("妈妈") + 1 :][:2] == ["3", "2"]
    assert "在有关规则说不应催收的时间" in said
    assert not any("威胁" in one for one in said), "what is not drawn is not in the legend"


def test_the_marks_are_told_apart_without_colour() -> None:
    from kit.letters.marks import KINDS, RULES, mark

    shapes = [re.search(' d="([^"]+)"', mark(one, 0, 0)) for one in (*KINDS, *RULES)]

    assert set(KINDS) == set(IncidentKind)
    assert len({found[1] for found in shapes if found}) == len(shapes)


@pytest.mark.parametrize(
    ("spread_days", "said"), [(1, ""), (50, ""), (300, "7 天"), (2_000, "364 天")]
)
def test_many_weeks_become_columns_of_more_days(spread_days: int, said: str) -> None:
    every = [incident(one, at=AT + timedelta(days=one * spread_days / 60)) for one in range(60)]
    shown = " ".join(texts(days(*every)))

    assert ("这里每一列是" in shown) == ("这几天里的次数" in shown) == bool(said)
    assert ("当天的次数" in shown) != bool(said)
    assert said in shown


def test_between_two_bands_it_is_said_that_nothing_was_written_down() -> None:
    said = texts(days(incident(1), incident(2, at=AT + timedelta(days=21))))

    assert "2026-06-08 至 2026-06-21 没有记下什么。" in said


@pytest.mark.parametrize(
    ("at", "hour"),
    [("2026-06-01T13:59:59", 21), ("2026-06-01T14:00:00", 22), ("2026-05-31T23:59:59", 7)],
)
def test_an_entry_stands_in_the_column_of_its_hour(at: str, hour: int) -> None:
    drawing = hours(incident(at=datetime.fromisoformat(at).replace(tzinfo=UTC)))
    box = re.search(r'<rect x="(\d+)" y="[\d.]+" width="16"', drawing)

    assert box
    assert (int(box[1]) - 1 - 88) / 18 == hour


def test_hours_that_a_rule_names_are_hatched_and_named_with_how_well_they_are_known() -> None:
    drawing = hours(incident())
    said = "".join(texts(drawing))

    over = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" [^>]*hatch', drawing)
    assert over[:2] == [("88", "144"), ("484", "36")]
    for fact in HOURS:
        assert fact.instrument.name["zh-Hans"].replace(" ", "") in said.replace(" ", "")
    assert said.count("两处来源一致") == len(HOURS)
    assert "违" not in said


def test_hours_are_hatched_only_on_days_on_which_a_rule_held() -> None:
    before = incident(1, at=datetime(2025, 2, 27, 3, tzinfo=UTC))
    between = incident(2, at=datetime(2025, 2, 28, 3, tzinfo=UTC))
    boxes = re.findall(r'y="([\d.]+)" width="[\d.]+" height="(\d+)" [^>]*hatch', hours(between))
    below = re.findall(r'height="(\d+)" fill="url\(#hours-hatch\)"', hours(before, between))

    assert "斜线" not in "".join(texts(hours(before)))
    assert len(boxes) == 2 + 1, "two parts of a night, and the legend"
    assert below[:2] == ["18", "18"], "one day of the two"
    assert "".join(texts(hours(before, between))).count("斜线") == 1


def test_what_the_hours_do_not_say_stands_beside_them() -> None:
    known = [one for one in jurisdiction.facts("ph") if one.hours]
    said = " ".join(texts(heat([incident()], known, Words("en"), "en")))

    assert "more than 15 days past due" in said
    assert "not verified" in said


def test_only_the_last_sixty_days_are_drawn_and_how_many_are_not_is_said() -> None:
    every = [incident(one, at=AT + timedelta(days=one)) for one in range(75)]
    said = texts(hours(*every))

    assert len([one for one in said if re.fullmatch(r"\d{4}-\d\d-\d\d", one)]) == 60
    assert "只画了最近有事的 60 天；更早还有 15 天没有画。" in said
    assert hours_of_day.MOST_DAYS == 60


@pytest.mark.parametrize(("count", "shown"), [(1, "1"), (99, "99"), (100, "99+")])
def test_a_number_stands_on_every_shade(count: int, shown: str) -> None:
    drawing = hours(*[incident(one) for one in range(count)])

    assert shown in cells(drawing)
    assert f"{count}" in texts(drawing)


@pytest.mark.parametrize("spread_days", [1, 60, 3_650])
def test_ten_thousand_entries_are_a_small_file(spread_days: int) -> None:
    kinds, rules = list(IncidentKind), list(Rule)
    every = [
        incident(
            one,
            f"人{one % 40}",
            kind=kinds[one % 5],
            at=AT + timedelta(hours=one * spread_days / 417),
        )
        for one in range(10_000)
    ]
    marks = {one.id: {rules[place % 7]} for place, one in enumerate(every)}

    assert len(days(*every, marks=marks).encode()) < 300_000
    assert len(hours(*every).encode()) < 300_000


DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" font-family="x">'
    '<text x="5" y="30" font-size="24">{}</text></svg>'
)


def png(said: str, language: str = "zh-Hans") -> bytes:
    return typeset.drawn(DRAWN.format(said), language=language)


@NEEDS_A_FONT
def test_a_drawing_becomes_a_picture_with_its_chinese() -> None:
    assert opened(png("妈妈")).size == (450, 90)
    assert len({png("妈妈"), png("爸爸"), png(""), png("〓")}) == 4
    assert png("妈妈", "en") != png("〓", "en")


@NEEDS_A_FONT
def test_a_character_without_a_font_is_set_as_printers_do_and_never_a_box() -> None:
    assert png("妈\U0010ffff妈") == png("妈〓妈")


@NEEDS_A_FONT
def test_without_a_chinese_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(typeset.FONTS, "Hans", ("No Such Font",))
    with pytest.raises(NoFontError):
        png("妈妈")


def test_the_command_writes_what_it_may_write_anew_and_nothing_else(
    store: Store, kit_then: Kit, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    first = kit_then("evidence", "picture", folder)

    assert first.exit_code == 0, first.output
    assert {one.name for one in folder.iterdir()} == {"brief.html", "timeline.svg", "hours.svg"}
    assert {one.stat().st_mode & 0o777 for one in folder.iterdir()} == {0o600}
    assert {one.absolute() for one in folder.iterdir()} <= set(store.book.written())
    assert kit_then("evidence", "picture", folder).exit_code == 0
    (folder / "hours.svg").write_text("my own")
    again = kit_then("evidence", "picture", folder)

    assert again.exit_code == 1
    assert "hours.svg" in again.stderr
    assert (folder / "hours.svg").read_text() == "my own"


@NEEDS_A_FONT
def test_the_command_draws_pictures_too(kit_then: Kit, tmp_path: Path) -> None:
    told = kit_then("evidence", "picture", tmp_path / "pictures", "--png", KIT_LANG="zh-Hans")

    assert told.exit_code == 0, told.output
    assert opened((tmp_path / "pictures" / "timeline.png").read_bytes()).width == 1260
