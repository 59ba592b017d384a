"""Every sentence the program can say, read from its source."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path

import click
from jinja2 import nodes

import kit.errors
from kit.cli import COMMANDS, cli, command, evidence
from kit.cli.drafting import DraftGroup
from kit.cli.evidence import EvidenceGroup
from kit.letters.sheet import QUESTIONS
from kit.model import Unnamed
from kit.template import folder, html
from kit.words.labels import COLUMNS, LABELS, MERGE_REASONS, RULES

#: Calls whose first text is a sentence.
_SAYING = {"say", "out", "err", "ask", "confirm", "secret", "note", "refused", "_unusable"}
#: Of these it is the second one.
_SECOND = {"refused", "_unusable"}
#: Modules whose constants in capitals are sentences when they end like one.
_NOTING = (
    *("parts.py", "people.py", "pieces.py", "cards.py", "lines.py", "outbox.py"),
    *("reading.py", "sources.py", "csv_export.py", "spreadsheet.py"),
    *("kinds.py", "suggestions.py"),
    "stamping.py",
    *("erasing.py", "removing.py", "providers.py"),
    *("report.py", "line.py"),
    *("sms_backup.py", "table.py", "log_files.py", "logs.py"),
    *("android.py", "email.py", "twilio.py"),
    *("facts.py", "shapes.py", "guide.py", "guiding.py"),
    *("accounts.py", "finding.py", "timing.py", "reaching.py", "speaking.py"),
    *("chain.py", "exhibits.py", "media.py"),
    *("recording.py",),
    *("noted.py", "privacy_report.py", "package_dump.py", "auditing.py"),
    *("due.py", "budget.py", "recorded.py"),
)


@cache
def sentences() -> frozenset[str]:
    """English sentences, the keys of every catalogue."""
    return frozenset(
        _said()
        | _noted()
        | _of_errors()
        | _of_help()
        | _of_pages()
        | _of_web()
        | set(LABELS.values())
        | set(MERGE_REASONS.values())
        | set(RULES.values())
        | set(COLUMNS.values())
        | {one.value for one in Unnamed}
        | {text for one in QUESTIONS.values() for text in (one.name, one.help) if text}
        | set(kit.errors.REASONS.values())
    )


@cache
def _trees() -> list[tuple[Path, ast.Module]]:
    source = Path(inspect.getfile(kit)).parent
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in source.rglob("*.py")]


def _said() -> set[str]:
    found = set()
    for _, tree in _trees():
        named = _named(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in _SAYING:
                first = node.args[_name(node.func) in _SECOND]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
                if isinstance(first, ast.Name):
                    found |= named.get(first.id, set())
    return found - {""}


def _named(tree: ast.Module) -> dict[str, set[str]]:
    """Texts that have a name before they are said."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    found.setdefault(target.id, set()).add(node.value.value)
    return found


def _noted() -> set[str]:
    return {
        node.value
        for path, tree in _trees()
        if path.name in _NOTING and path.parent.name != "cli"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.endswith((".", "?")) and node.value[0].isupper() and "\n" not in node.value
        if not _is_docstring(node, tree)
    }


def _is_docstring(node: ast.Constant, tree: ast.Module) -> bool:
    return any(
        isinstance(parent, ast.Module | ast.FunctionDef | ast.ClassDef)
        and parent.body
        and isinstance(parent.body[0], ast.Expr)
        and parent.body[0].value is node
        for parent in ast.walk(tree)
    )


def _of_errors() -> set[str]:
    errors = [
        error
        for error in vars(kit.errors).values()
        if isinstance(error, type) and issubclass(error, kit.errors.KitError)
    ]
    return (
        {e().sentence for e in errors if e.__init__ is kit.errors.KitError.__init__}
        | {" ".join((e.__doc__ or "").split()) for e in errors}
        | {e.hint for e in errors if e.hint}
        | set(kit.errors.LEAKS.values())
    )


def _of_help() -> set[str]:
    found = {"Example:"}
    commands = [*map(command, COMMANDS)]
    for one in (cli, *commands, *(sub for group in commands for sub in subcommands(group))):
        found.add(one.help or "")
        found.update(p.help for p in one.params if isinstance(p, click.Option) and p.help)
    return found


def subcommands(one: click.Command) -> list[click.Command]:
    """The commands that a command has of its own."""
    if isinstance(one, EvidenceGroup):
        return [evidence.command(name) for name in evidence.COMMANDS]
    if isinstance(one, DraftGroup):
        return [one.defined(name) for name in (*one.drafts, *one.others)]
    return list(one.commands.values()) if isinstance(one, click.Group) else []


def _of_web() -> set[str]:
    """What a page of the local web page says: `say("…")`, and the steps."""
    from kit.web.layout import STEPS

    parser = html.jinja()
    calls = [
        call
        for path in (Path(inspect.getfile(kit)).parent / "web" / "pages").glob("*.html")
        for call in parser.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "say"
    ]
    firsts = [call.args[0] for call in calls]
    return {one.value for one in firsts if isinstance(one, nodes.Const)} | {
        name for _, name in STEPS
    }


def _of_pages() -> set[str]:
    """What stands before `| say` in a template."""
    parser = html.jinja()
    parser.filters["say"] = str
    return {
        found.node.value
        for path in folder().glob("*.html")
        for found in parser.parse(path.read_text(encoding="utf-8")).find_all(nodes.Filter)
        if found.name == "say" and isinstance(found.node, nodes.Const)
    }


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
