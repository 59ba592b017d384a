from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import kit as package
from kit.cli import COMMANDS, cli, command
from kit.cli.talk import Talk, width
from kit.cli.usage import explain
from kit.settings import Settings
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    Kit = Callable[..., Result]

#: Every language but English that has its catalogue.
LANGUAGES = sorted(path.stem for path in (Path(package.__file__).parent / "words").glob("*.toml"))
PAGES = [(), *((name,) for name in COMMANDS)]
#: What is typed, and what the answer must name.
WRONG = [
    (("nonsense",), "nonsense"),
    (("chose",), "choose"),
    (("--nonsense",), "--nonsense"),
    (("choose", "--emergncy", "妈妈"), "--emergency"),
    (("choose", "-x"), "-x"),
    (("import",), "FILE…"),
    (("stop",), "WHO"),
    (("stop", "Li", "Wei"), "kit stop"),
    (("contacts", "--group", "friends"), "undecided, emergency, everyone, nobody"),
    (("send", "--yes", "many"), "--yes"),
    (("worker", "--threads", "0"), "1 到 64"),
    (("case",), "keys"),
    (("case", "keys"), "kit case keys --to FILE"),
    (("case", "move", "all.kit", "an-id"), "--out"),
    (("key", "--keyring", "--file", "x"), "--file"),
    (("plan", "--max-per-second", "fast"), "--max-per-second"),
    (("plan", "--from"), "--from NAME"),
    (("status", "--json=yes"), "--json"),
]
ENGLISH = "said by Click in English"


def english_in(text: str, language: str) -> list[str]:
    """Two Latin words or more in a row, what is typed and the examples set aside."""
    prose = text.partition(Words(language)("Example:"))[0]
    everything = [one for each in (cli, *map(command, COMMANDS)) for one in each.params]
    typed = {*COMMANDS, *(one.metavar for one in everything if one.metavar), "kit", "WHO", "Li Wei"}
    typed |= {"SMS Backup", "verify.py"}  # names of programs
    for word in sorted(typed, key=len, reverse=True):
        prose = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", "·", prose)
    prose = re.sub(r"--?[\w-]+|\[[a-z|]+\]|undecided, .*", "·", prose)
    return re.findall(r"[A-Za-z']+(?:[ ,.:]+[A-Za-z']+)+", prose)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arguments", PAGES, ids=" ".join)
def test_a_help_page_has_no_english_sentence(
    kit: Kit, arguments: tuple[str, ...], language: str
) -> None:
    page = kit(*arguments, "-h", KIT_LANG=language)

    assert page.exit_code == 0
    assert english_in(page.stdout, language) == []
    assert not [word for word in ("Usage", "Option", "required", "...") if word in page.stdout]
    assert kit(*arguments, "--help", KIT_LANG=language).stdout == page.stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=str)
def test_wrong_usage_is_said_without_an_english_sentence(
    kit: Kit, arguments: tuple[str, ...], named: str, language: str
) -> None:
    said = kit(*arguments, KIT_LANG=language)

    assert (said.exit_code, said.stdout) == (2, "")
    assert named in said.stderr
    assert english_in(said.stderr, language) == []
    assert re.search(r"kit( \w+)* -h\n$", said.stderr)


def test_these_tests_would_see_an_english_sentence(kit: Kit) -> None:
    for arguments in PAGES:
        assert english_in(kit(*arguments, "-h").stdout, "en")
    for arguments, _ in WRONG:
        assert english_in(kit(*arguments).stderr, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "error",
    [
        click.ClickException(ENGLISH),
        click.FileError("x.vcf", ENGLISH),
        click.UsageError(ENGLISH),
        click.BadArgumentUsage(ENGLISH, click.Context(cli)),
        click.BadParameter(ENGLISH),
        click.BadParameter(ENGLISH, param=click.Option(["--at"], type=click.DateTime())),
        click.BadParameter(ENGLISH, param=click.Option(["--csv"], type=click.Path())),
        click.MissingParameter(ENGLISH, param=click.Option(["--at"])),
        click.BadOptionUsage("--at", ENGLISH),
        click.NoSuchOption("--at", ENGLISH),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_click_may_say_is_said_in_our_words(
    error: click.ClickException, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    explain(Talk(Settings(home=Path(), language=language)), error)
    said = capsys.readouterr().err

    assert said.strip()
    assert english_in(said, language) == []


def test_the_version_needs_no_language(kit: Kit) -> None:
    assert kit("--version", KIT_LANG="zh-Hans").stdout == f"kit {package.__version__}\n"


@pytest.mark.parametrize("language", [*LANGUAGES, "en"])
@pytest.mark.parametrize("arguments", PAGES, ids=" ".join)
def test_a_help_page_fits_in_80_columns_and_loses_nothing(
    kit: Kit, arguments: tuple[str, ...], language: str
) -> None:
    page = kit(*arguments, "-h", KIT_LANG=language).stdout
    one = command(*arguments) if arguments else cli
    helps = [one.help, *(p.help for p in one.params if isinstance(p, click.Option))]

    assert max(map(width, page.splitlines())) <= 80
    assert not [line for line in page.splitlines() if line.strip()[:1] in set("，。、；：？！）”")]
    for sentence in filter(None, helps):
        assert "".join(Words(language)(sentence).split()) in "".join(page.split())
