"""`kit guide`: what is written, over what, and when nothing is."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from conftest import EXAMPLES, bare_environment
from drawn import NEEDS_A_FONT
from PIL import Image

from kit.jurisdiction.files import FOLDER
from kit.letters import clause, page, plain
from kit.letters.guide import LineKind, compose
from kit.settings import SPOKEN
from kit.template import lint, pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from conftest import Clock

    Kit = Callable[..., Result]
    Country = Callable[..., None]

TEXTS = {"guide.html", "short.txt", "full.txt"}
PICTURES = {"share.png", "long.png"}
MINE = {"for-me.html", "for-me.txt"}
FACTS = (FOLDER / "cn.toml").read_text(encoding="utf-8")
#: The day of the example: a guide says when its facts were checked, not when it was made.
DAY = date(2026, 11, 21)
LANGUAGES = pages.languages("guide-cn")
GUIDES = [
    (name, language) for name in ("guide", "me") for language in pages.languages(f"{name}-cn")
]


@pytest.fixture(autouse=True)
def _no_pictures(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes seconds; what has no need of it goes without."""
    if "with_pictures" not in request.fixturenames:
        monkeypatch.setitem(sys.modules, "typst", None)


@pytest.fixture
def with_pictures() -> None:
    """What draws is there."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_is_written_as_files_that_can_be_handed_on(
    kit: Kit, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "new" / "guide"
    result = kit("guide", "--to", folder, "--language", language)

    assert result.exit_code == 3
    assert set(files(folder)) == TEXTS
    assert result.stdout == "Written: guide.html, short.txt, full.txt\n"
    assert "must not get it" in result.stderr
    assert "the words of short.txt; for more, guide.html" in result.stderr
    assert "a line that begins with KIT1: kit inbox add -" in result.stderr
    others = [one for one in LANGUAGES if one != language]
    assert f"other languages too (--language): {', '.join(others)}\n" in result.stderr


@NEEDS_A_FONT
@pytest.mark.usefixtures("today", "with_pictures")
def test_with_what_draws_there_are_pictures_too(kit: Kit, tmp_path: Path) -> None:
    result = kit("guide", "--to", tmp_path, "--language", "zh-Hans")

    assert result.exit_code == 0
    assert {name: len(content) > 0 for name, content in files(tmp_path).items()} == dict.fromkeys(
        TEXTS | PICTURES, True
    )
    assert "short.txt, or share.png" in result.stderr
    assert "pictures" not in result.stderr


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("language", pages.languages("me-cn"))
def test_the_borrowers_own_page_is_written_beside_it(
    kit: Kit, tmp_path: Path, language: str
) -> None:
    kit("guide", "--to", tmp_path / "guide")
    result = kit("guide", "--to", tmp_path / "guide", "--for", "me", "--language", language)

    assert result.exit_code == 0
    assert set(files(tmp_path / "guide")) >= TEXTS | MINE
    assert "for you alone" in result.stderr


@pytest.mark.usefixtures("today")
def test_without_what_draws_the_rest_is_written_and_one_line_says_so(
    kit: Kit, tmp_path: Path
) -> None:
    result = kit("guide", "--to", tmp_path / "guide", KIT_LANG="zh-Hans")

    assert result.exit_code == 3
    assert set(files(tmp_path / "guide")) == TEXTS
    (line,) = (line for line in result.stderr.splitlines() if "图片" in line)
    assert "pipx install" in line


def test_pictures_that_are_not_of_this_guide_are_named_and_left(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "share.png").write_bytes(b"of somebody else")
    result = kit("guide", "--to", tmp_path)

    assert "Not of this guide, so do not hand them on: share.png" in result.stderr
    assert (tmp_path / "share.png").read_bytes() == b"of somebody else"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_moment_gives_the_same_bytes(
    kit: Kit, tmp_path: Path, today: Clock, language: str
) -> None:
    assert today.now.year == 2026
    for name in ("one", "two"):
        kit("guide", "--to", tmp_path / name, "--language", language)
        kit("guide", "--to", tmp_path / name, "--language", language, "--for", "me")

    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_a_text_is_utf_8_that_can_be_pasted_anywhere(
    kit: Kit, tmp_path: Path, name: str, language: str
) -> None:
    whom = {"guide": "contacts", "me": "me"}[name]
    kit("guide", "--to", tmp_path, "--for", whom, "--language", language)
    texts = [path.read_bytes() for path in tmp_path.glob("*.txt")]

    assert texts
    for text in texts:
        assert not text.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in text
        assert text.endswith(b"\n")
        said = text.decode()
        assert not any(
            line != line.strip() or line.startswith(("- ", "> ")) for line in said.split("\n")
        )
        assert "{" not in said
        assert "\n\n\n" not in said


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_the_full_text_says_all_that_the_guide_says(name: str, language: str) -> None:
    guide = compose(name, "cn", language, DAY)
    text = plain.full(guide)
    answers = [
        line.text for one in guide.sections for line in one.lines if line.kind is LineKind.SAY
    ]

    assert text.splitlines()[1] == guide.lead
    assert [one.title for one in guide.callers if f"{one.title}\n" not in text] == []
    assert [one.answer for one in guide.callers if one.answer not in text] == []
    assert [one for one in answers if one not in text] == []
    for one in guide.sections:
        lines = [*one.means, *one.never] if one in guide.callers else []
        assert [line.text for line in lines if line.text not in text] == []
        assert (one.title in text) or one.kind == "menu"


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_the_full_text_names_everything_it_rests_on(name: str, language: str) -> None:
    guide = compose(name, "cn", language, DAY)
    _, _, sources = plain.full(guide).partition(guide.labels["sources"])

    for fact in guide.facts:
        assert (fact.instrument.name.said(language) or "?") in sources
        assert all(clause.said(one, language) in sources for one in clause.parts(fact.clause))
    assert guide.checked_on.isoformat() in sources.splitlines()[-1]
    lines = [line for line in sources.splitlines() if guide.labels["unverified"] in line]
    doubtful = {fact.instrument.name.said(language) for fact in guide.facts if fact.grade == "C"}
    assert all(any(name in line for line in lines) for name in doubtful if name)


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_a_guide_of_old_facts_says_so_before_anything_else(name: str, language: str) -> None:
    guide = compose(name, "cn", language, date(2028, 1, 1))
    stale = guide.labels["stale"]

    assert plain.full(guide).startswith(f"{stale}\n")
    assert plain.short(guide).startswith(f"{stale}\n")
    assert stale in page.render(guide)
    fresh = compose(name, "cn", language, DAY)
    assert stale not in plain.full(fresh) + plain.short(fresh) + page.render(fresh)


def test_whoever_makes_a_guide_of_old_facts_is_told(kit: Kit, tmp_path: Path, today: Clock) -> None:
    today.now = datetime(2028, 1, 1, tzinfo=UTC)

    assert "more than twelve months ago" in kit("guide", "--to", tmp_path).stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_text_is_short_and_says_the_sentence(language: str) -> None:
    guide = compose("guide", "cn", language, DAY)
    (first, *_) = [one for one in guide.sections if one.kind == "first"]
    (sentence, *_) = [line.text for line in first.lines if line.kind is LineKind.SAY]

    assert sentence.rstrip("。.") in plain.short(guide)
    assert len(plain.short(guide)) < len(plain.full(guide)) / 5


@pytest.mark.parametrize(("name", "language"), GUIDES)
def test_no_text_leaks_what_is_the_borrowers_alone(name: str, language: str) -> None:
    guide = compose(name, "cn", language, DAY)
    numbers = [fact.phone for fact in guide.facts]

    assert lint.leaks(plain.short(guide), clauses=numbers) == ()
    of_a_person = {"amount", "overdue", "id_number", "name"}
    assert not of_a_person & set(lint.leaks(plain.full(guide), clauses=numbers))


def test_a_computer_whose_clock_is_behind_writes_the_same_guide() -> None:
    behind, now = (compose("guide", "cn", "zh-Hans", day) for day in (date(2000, 1, 1), DAY))

    assert behind == now


@pytest.mark.parametrize("language", SPOKEN)
def test_contacts_read_the_language_of_their_country_and_the_borrower_their_own(
    kit: Kit, tmp_path: Path, language: str
) -> None:
    kit("guide", "--to", tmp_path / "contacts", KIT_LANG=language)
    kit("guide", "--to", tmp_path / "me", "--for", "me", KIT_LANG=language)

    of_contacts = pages.words("guide-cn", "zh-Hans")["title"]
    assert of_contacts in (tmp_path / "contacts/full.txt").read_text("utf-8")
    assert pages.words("me-cn", language)["title"] in (tmp_path / "me/for-me.txt").read_text(
        "utf-8"
    )


def test_a_variant_of_a_language_has_the_words_of_its_language(kit: Kit, tmp_path: Path) -> None:
    kit("guide", "--to", tmp_path / "one", "--language", "zh-Hans")
    kit("guide", "--to", tmp_path / "two", "--language", "zh-Hans-SG")

    assert (tmp_path / "one/full.txt").read_bytes() == (tmp_path / "two/full.txt").read_bytes()


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (("--jurisdiction", "fr"), "Nothing is known of “fr” yet; there are facts for: "),
        (("--jurisdiction", "../cn"), "Nothing is known of “../cn” yet"),
        (("--language", "fr"), "There is no wording in “fr” yet; there is: zh-Hans"),
        (("--language", "../zh-Hans"), "There is no wording in “../zh-Hans” yet"),
    ],
)
def test_what_there_is_no_guide_for_is_told_with_what_there_is(
    kit: Kit, tmp_path: Path, asked: tuple[str, str], what: str
) -> None:
    result = kit("guide", "--to", tmp_path / "guide", *asked)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(what)
    assert not (tmp_path / "guide").exists()


def test_a_country_with_facts_and_no_guide_is_told(
    kit: Kit, tmp_path: Path, country: Country
) -> None:
    country(FACTS, code="xx")
    result = kit("guide", "--to", tmp_path / "guide", "--jurisdiction", "XX")

    assert result.exit_code == 1
    assert result.stderr.startswith("There is no guide for “XX” yet; there is one for: cn.")
    assert not (tmp_path / "guide").exists()


def test_a_country_may_be_written_large(kit: Kit, tmp_path: Path) -> None:
    result = kit("guide", "--to", tmp_path, "--jurisdiction", "CN")

    assert result.exit_code == 3
    assert "other languages too" in result.stderr


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('grade = "A"', 'grade = "Z"', "Its grade must be A, B or C."),
        ("[fact.cc-552]", "[fact.renamed]", "A text rests on it, and it is not in the file."),
        (
            "[fact.cc-552]",
            "[fact.cc-552]\neffective_to = 2026-11-20",
            "A text rests on it, and it is not in force.",
        ),
        ("[pack]", "[pack", "It is no TOML, or says one thing twice."),
    ],
    ids=["wrong", "missing", "ended", "broken"],
)
@pytest.mark.usefixtures("today")
def test_nothing_is_written_where_a_fact_could_mislead(
    kit: Kit, tmp_path: Path, country: Country, old: str, new: str, what: str
) -> None:
    country(FACTS.replace(old, new, 1), code="cn")
    result = kit("guide", "--to", tmp_path / "guide")

    assert (result.exit_code, result.stdout) == (1, "")
    assert what in result.stderr
    assert "nothing was written" in result.stderr
    assert not (tmp_path / "guide").exists()


@pytest.mark.usefixtures("today")
def test_a_guide_is_written_over_a_guide_and_leaves_everything_else(
    kit: Kit, tmp_path: Path
) -> None:
    (tmp_path / "妈妈.txt").write_text("mine", encoding="utf-8")
    kit("guide", "--to", tmp_path)
    made = files(tmp_path)
    for name in ("guide.html", "full.txt"):
        (tmp_path / name).write_bytes(made[name] + b"an older one")
    again = kit("guide", "--to", tmp_path)

    assert again.exit_code == 3
    assert files(tmp_path) == made


@pytest.mark.parametrize("name", ["guide.html", "short.txt"])
def test_what_is_no_guide_of_ours_stays(kit: Kit, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    result = kit("guide", "--to", tmp_path)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"There is already something called {name} that is no guide")
    assert {path.name for path in tmp_path.iterdir()} == before
    assert (tmp_path / name).read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["guide.html", "short.txt"])
def test_a_folder_of_that_name_is_left_alone(kit: Kit, tmp_path: Path, name: str) -> None:
    kit("guide", "--to", tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    before = (tmp_path / "full.txt").read_bytes()

    result = kit("guide", "--to", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"There is already something called {name} that is no guide")
    assert (tmp_path / "full.txt").read_bytes() == before


@pytest.mark.parametrize("name", ["guide.html", "short.txt"])
def test_a_link_that_leads_nowhere_is_left_alone(kit: Kit, tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")

    assert kit("guide", "--to", tmp_path).exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == [name]


@pytest.mark.parametrize(
    ("place", "reason"),
    [("taken", "something else has that name"), ("taken/guide", "it is not a folder")],
)
def test_a_place_that_is_no_folder_is_told(
    kit: Kit, tmp_path: Path, place: str, reason: str
) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    result = kit("guide", "--to", tmp_path / place)

    assert result.exit_code == 1
    assert result.stderr.startswith(f"The guide cannot be written: {reason}.")
    assert (tmp_path / "taken").read_text("utf-8") == "mine"


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.modules["typst"] = None
sys.argv = ["kit", *sys.argv[2:]]
from kit.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="no file size limit on Windows")
@pytest.mark.parametrize("room", [10, 1_000, 5_000])
def test_a_full_disk_leaves_the_guide_that_was_there_whole(
    kit: Kit, tmp_path: Path, room: int
) -> None:
    folder = tmp_path / "guide"
    kit("guide", "--to", folder)
    (folder / "short.txt").write_text("an older one", encoding="utf-8")
    before = files(folder)
    full = subprocess.run(
        [sys.executable, "-c", FULL, str(room), "guide", "--to", folder],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )

    assert (full.returncode, full.stdout) == (1, "")
    assert full.stderr.startswith("The guide cannot be written: the disk is full.")
    assert files(folder) == before


def test_a_guide_needs_no_store_and_names_nobody(
    kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    kit("guide", "--to", tmp_path / "guide", KIT_FROM="小明")

    assert set(files(tmp_path / "home")) == {"written.txt"}
    assert not any("小明".encode() in content for content in files(tmp_path / "guide").values())


def test_a_folder_is_needed(kit: Kit) -> None:
    result = kit("guide")

    assert result.exit_code == 2
    assert "kit guide --to DIR" in result.stderr


def test_the_doctor_says_which_facts_are_old(kit: Kit, today: Clock) -> None:
    assert "twelve months" not in kit("doctor").stdout

    today.now = datetime(2028, 1, 1, tzinfo=UTC)
    old = kit("doctor")
    assert old.exit_code == 0
    assert (
        "cn.toml  Its facts were checked on 2026-11-21, more than twelve months ago" in old.stdout
    )


@pytest.mark.usefixtures("today")
def test_the_doctor_says_what_pictures_need(kit: Kit) -> None:
    result = kit("doctor")

    assert result.exit_code == 0
    assert "Worth knowing:\n  kit guide  " in result.stdout


@pytest.mark.usefixtures("today")
def test_the_doctor_outlives_a_broken_file_of_facts(kit: Kit, country: Country) -> None:
    country(FACTS.replace('grade = "A"', 'grade = "Z"', 1), code="cn")

    assert "Its grade must be A, B or C." in kit("doctor").stdout


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_guide_of_the_examples_is_what_is_written_today(name: str) -> None:
    guide = compose("guide", "cn", "zh-Hans", DAY)
    written = {
        "guide.html": page.render(guide),
        "short.txt": plain.short(guide),
        "full.txt": plain.full(guide),
    }

    assert (EXAMPLES / "guide" / name).read_text("utf-8") == written[name]


@pytest.mark.parametrize(("name", "highest"), [("share.png", 2_000), ("long.png", 65_535)])
def test_the_pictures_of_the_examples_fit_a_telephone(name: str, highest: int) -> None:
    with Image.open(EXAMPLES / "guide" / name) as image:
        assert image.format == "PNG"
        assert image.width == 1080
        assert 1080 <= image.height <= highest
