"""What the documents show is what the commands print; --update-golden writes it anew."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from audits import access
from conftest import AT_ONCE, PATIENCE_S, press
from sentences import subcommands
from test_architecture import DOORS, MAY_IMPORT

from kit.channels import CAPABILITIES
from kit.cli import COMMANDS, command
from kit.settings import load
from kit.web import session
from kit.web.guard import HEADERS, LARGEST_UPLOAD
from kit.web.layout import STEPS
from kit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result
    from postgres import Database

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE, ENGLISH = README.split("\n# ", 1)
DOCUMENTS = [
    ("README.md", CHINESE, "zh-Hans"),
    ("README.md", ENGLISH, "en"),
    ("examples/README.md", (ROOT / "examples/README.md").read_text(encoding="utf-8"), "zh-Hans"),
]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
#: Answered by a person at a terminal.
BY_HAND = "kit send"
#: What stands around the example of a command.
AROUND = {
    "backup": {"KIT_SEAL_PASSPHRASE": "口令"},
    "restore": {
        "KIT_SEAL_PASSPHRASE": "口令",
        "KIT_HOME": "second",
        "KIT_KEY_FILE": "second/key",
    },
}
UUID = "01234567-89ab-5cde-8f01-0123456789ab"
QR_CODE = re.compile(r"^（.*二维码.*）$|^\(.*QR code.*\)$")


def commands(text: str) -> list[tuple[str, str]]:
    """Every command of the document with what it is shown to print."""
    shown = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = part.partition("\n")
            shown.append((line, printed))
    return shown


def scrubbed(text: str) -> str:
    """Without what differs from run to run: ids and times."""
    text = re.sub(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", UUID, text)
    text = re.sub(r"(?<!\+)\b[0-9a-f]{12}\b", "0123456789ab", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-21 10:00", text)


def run(kit: Callable[..., Result], line: str) -> str:
    program, *arguments = shlex.split(line)
    if program != "kit":
        pytest.fail(f"a document shows a command that is not kit: {line}")
    done = kit(*arguments)
    assert done.exit_code in (0, 3), done.output
    return done.output


def by_hand(line: str, typed: str) -> str:
    """Scan and send at a terminal: the count, one person sent, then stop."""
    pexpect = pytest.importorskip("pexpect")
    child = pexpect.spawn(
        sys.executable,
        ["-c", AT_ONCE, *shlex.split(line)[1:]],
        encoding="utf-8",
        dimensions=(60, 100),
        cwd=ROOT,
        timeout=PATIENCE_S,
        env=dict(os.environ),  # not that of the C library, into which readline writes a size
    )
    child.delaybeforesend = None
    child.expect(": ")
    screen = child.before + child.after
    child.sendline(typed)
    for key in "10":
        child.expect("   0 ")
        screen += child.before + child.after
        press(child, key)
    child.expect(pexpect.EOF)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen + child.before).replace("\r", "")


@pytest.mark.parametrize(("name", "text", "language"), DOCUMENTS, ids=["zh", "en", "examples"])
def test_a_document_shows_what_the_commands_print(
    name: str,
    text: str,
    language: str,
    kit: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.delenv("KIT_KEY_FILE")
    monkeypatch.setenv("KIT_PASSPHRASE", "口令")
    monkeypatch.setenv("KIT_LANG", language)
    monkeypatch.chdir(ROOT)
    rehearsal = f"{request.getfixturevalue('tmp_path')}/rehearsal"
    update = request.config.getoption("--update-golden")
    document = ROOT / name
    for line, shown in commands(text):
        if line == BY_HAND:
            screen = by_hand(line, re.findall(r"(\d+)$", shown.splitlines()[0])[0])
            for part in shown.splitlines():
                if not QR_CODE.match(part):
                    assert part in screen
                    screen = screen[screen.index(part) :]
            continue
        printed = run(kit, line.replace("rehearsal", rehearsal))
        if update:
            new = text.replace(f"$ {line}\n{shown}", f"$ {line}\n{scrubbed(printed)}", 1)
            whole = document.read_text("utf-8").replace(text, new, 1)
            document.write_text(whole, encoding="utf-8")
            text = new
        else:
            assert scrubbed(shown) == scrubbed(printed), line


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_in_both_languages(name: str) -> None:
    assert f"kit {name}" in CHINESE
    assert f"kit {name}" in ENGLISH


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help_and_every_command_an_example(name: str) -> None:
    for one in (command(name), *subcommands(command(name))):
        assert one.help
        assert "Example:\n  kit " in (one.epilog or "")
        assert all(p.help for p in one.params if isinstance(p, click.Option))


#: What a clinic has, and a computer of one's own does not.
CLINIC = ("migrate", "case", "worker")


def example(one: click.Command) -> list[str]:
    """What the help of a command shows to be typed, without `kit`."""
    return shlex.split((one.epilog or "").rsplit("\n  kit ", 1)[1])


def test_the_examples_of_a_clinic_run_in_order(
    kit: Callable[..., Result],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    kit("backup", "all.kit", KIT_DATABASE_URL="", **AROUND["restore"])
    monkeypatch.setenv("KIT_SEAL_PASSPHRASE", AROUND["backup"]["KIT_SEAL_PASSPHRASE"])
    monkeypatch.setenv("KIT_DATABASE_ADMIN_URL", database.admin_url)
    for name in CLINIC:
        for one in (*subcommands(command(name)), command(name)):
            case = json.loads(kit("case", "new", "小明", "--json").stdout)
            result = kit(*example(one), KIT_CASE=case["id"])
            assert result.exit_code == 0, (one.name, result.output)


def test_the_examples_of_the_help_texts_run_in_order(
    kit: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = b"".join(path.read_bytes() for path in sorted((ROOT / "examples").glob("*.vcf")))
    monkeypatch.chdir(tmp_path)
    Path("contacts.vcf").write_bytes(book)
    two = "FN:芳姐\nTEL;CELL:13800000004\n"  # whom the example of `split` takes apart
    Path("two.vcf").write_text(f"BEGIN:VCARD\nVERSION:3.0\n{two}END:VCARD\n", encoding="utf-8")
    kit("import", "two.vcf")
    Path("screenshot.jpg").write_bytes(b"\xff\xd8\xff")
    call = '<call number="13800000123" duration="9" date="1767600000000" type="1"/>'
    Path("report.ndjson").write_bytes(access())
    Path("calls.xml").write_text(f"<calls>{call}</calls>", encoding="utf-8")
    sheet = [f"{key}=1" for key in ("income", "housing", "food", "health", "family", "owed")]
    sheet += ["name=李明", "phone=13800000001", "lender=示例消费金融有限公司", "income=9000"]
    sheet += ["new_creditor=示例资产公司", "offered_by=示例咨询公司"]
    kit("letter", "facts", *(part for line in sheet for part in ("--set", line)))
    only_by_a_signal = ("serve",)  # it ends
    for name in [one for one in COMMANDS if one not in (*only_by_a_signal, *CLINIC)]:
        for one in subcommands(command(name)):
            line = (one.epilog or "").rsplit("\n  kit ", 1)[1]
            if one.name == "decline":
                kit("inbox", "add", "【来电记录】\n时间：2026-01-06 14:30\n说了什么：找你")
                waiting = kit("evidence", "accept", "--json").stdout
                line = f"evidence decline {json.loads(waiting)['id']}"
            assert kit(*shlex.split(line)).exit_code == 0, line
        line = (command(name).epilog or "").rsplit("\n  kit ", 1)[1]
        if name == "send":
            kit("plan", "--via", "outbox")
            count = kit("status", "--json").stdout.count("planned")
            line = line.replace("30", str(count))
        if name == "told":
            kit("plan")  # the one before was a rehearsal
        result = kit(*shlex.split(line), **AROUND.get(name, {}))
        assert result.exit_code in ((0, 3) if name != "retry" else (1,)), result.output


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_the_readme_tells_of_the_page_what_is_so(text: str) -> None:
    say = Words("zh-Hans" if text is CHINESE else "en")
    steps = [f"| {n} {say(name)} |" for n, (_, name) in enumerate(STEPS, 1)]
    options = [option for one in command("serve").params for option in one.opts]
    minutes, megabytes = load({}).lock_after_s / 60, LARGEST_UPLOAD // 1_000_000

    assert [one for one in (*steps, *options) if one not in text] == []
    assert re.search(rf"\b{minutes:.0f} (分钟|minutes)", text)
    assert f"{megabytes} MB" in text
    assert text.index("`kit serve") < text.index("$ kit import")
    assert "SECURITY.md" in text[: text.index("$ kit import")]


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_whoever_only_reads_the_readme_can_install_it(text: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    way = text[: text.index("`kit serve")]

    assert project["requires-python"].lstrip(">=") in way
    for command_line in ("py -m pipx install", "`pipx install"):
        assert f'{command_line} ".[pictures]"`' in way
    assert "pictures" in project["optional-dependencies"]
    assert list(project["scripts"]) == ["kit"]


def test_the_map_of_contributing_has_every_room() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    drawn = re.search(r"```\n(5  cli.*?)```", contributing, re.DOTALL)

    assert drawn is not None
    assert set(MAY_IMPORT) - set(re.findall(r"\w+", drawn[1])) == set()
    for door in DOORS.values():
        name = door.removeprefix("kit/").removesuffix(".py").removesuffix("/__init__")
        assert f"`{name}`" in contributing
    for name in ("STEPS", "LABELS", "create_app", "takes_files", "asks_by_itself"):
        assert name in contributing
        assert any(name in path.read_text("utf-8") for path in (ROOT / "kit").rglob("*.py"))


def test_contributing_names_every_action_and_none_that_is_gone() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    there = {path.stem for path in (ROOT / "kit/actions").glob("[!_]*.py")}
    (drawn,) = re.findall(r"^4  actions.*?: (.*?)^3 ", contributing, re.DOTALL | re.MULTILINE)

    assert {*re.findall(r"\w+", drawn), *re.findall(r"`actions/(\w+)", contributing)} == there


def test_the_files_that_a_document_names_are_there() -> None:
    for path in ROOT.glob("*.md"):
        for name in re.findall(r"`(tests/[\w/]+\.py)`", path.read_text("utf-8")):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_what_security_says_of_the_page_is_so() -> None:
    security = (ROOT / "SECURITY.md").read_text("utf-8")

    assert f"locks after {load({}).lock_after_s / 60:.0f} minutes" in security
    assert f"{LARGEST_UPLOAD // 1_000_000} MB at most" in security
    assert f"{8 * session.KEY_BYTES} random bits" in security
    assert HEADERS["Cache-Control"] in security


@pytest.mark.parametrize("channel", CAPABILITIES)
def test_the_table_of_channels_says_what_the_channels_can_do(channel: str) -> None:
    can = CAPABILITIES[channel]
    for text in (CHINESE, ENGLISH):
        (row,) = re.findall(rf"^\| `{channel}` .*$", text, re.MULTILINE)
        assert str(can.pace.per_hour or "—") in row
        assert str(can.pace.per_day or "—") in row


def test_the_documents_say_where_help_is_and_name_no_machine() -> None:
    assert "12356" in CHINESE
    assert "12356" in ENGLISH
    for path in ROOT.glob("*.md"):
        assert not re.search(r"(?<![\w.])/(?:home|root|work|Users)/", path.read_text("utf-8"))


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), ROOT / "examples/README.md"]:
        for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_settings_of_the_readme_are_those_that_are_read() -> None:
    source = (ROOT / "kit" / "settings.py").read_text("utf-8")

    assert set(re.findall(r"KIT_[A-Z_]+", source)) <= set(re.findall(r"KIT_[A-Z_]+", README))
    assert os.environ.get("KIT_HOME")
