"""`kit inbox` and `kit inbox add`; and what replies report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kit.actions import people, reporting
from kit.cli.talk import talking
from kit.cli.usage import WordedGroup
from kit.errors import ReportMissingError, ReportTooLongError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.actions.store import Store
    from kit.cli.talk import Talk
    from kit.model import Heard, Proposal

_PARTLY = 3
_STANDARD_INPUT = "-"
#: What a terminal or a pipe gives where it is not UTF-8.
_OTHER_CHARSET = "gb18030"
#: More bytes than that nobody pastes.
_MOST = 1_000_000


@click.group(
    "inbox",
    cls=WordedGroup,
    invoke_without_command=True,
    help="The calls that your contacts have reported to you.",
    epilog="\b\nExample:\n  kit inbox",
)
@click.option("--json", "as_json", is_flag=True, help="One object per line.")
@talking
def inbox(talk: Talk, *, as_json: bool) -> None:
    """Print every report that was kept."""
    if click.get_current_context().invoked_subcommand:
        return
    store = talk.open()
    proposals = reporting.proposals(store)
    if as_json:
        for proposal in proposals:
            talk.json(_fields(proposal))
    elif proposals:
        _print(talk, store, proposals)
        talk.err(
            "All of these are proposals: accounts of whoever sent them, which prove nothing yet."
        )
    else:
        talk.out("Nobody has reported a call yet. To keep what somebody sent: kit inbox add -")


@inbox.command(
    "add",
    help="Keep the reports of calls in TEXT, which a contact sent you; - reads standard input.",
    epilog="\b\nExample:\n"
    '  kit inbox add --from 二舅 "KIT1|2026-01-05 14:30|13800000123|某某金融|找你|yn|BC61EEAA"',
)
@click.argument("text", required=False)
@click.option("--from", "who", default="", metavar="WHO", help="Who sent it to you.")
@talking
def add(talk: Talk, *, text: str | None, who: str) -> int:
    """Keep reports that came by another way than the channels."""
    if text is None:
        raise ReportMissingError
    store = talk.open()
    done = reporting.add(store, _pasted(talk) if text == _STANDARD_INPUT else text, who)
    if done.new:
        _print(talk, store, done.new)
        talk.out(
            "Kept as a proposal: it is the account of whoever sent it, and proves nothing yet."
        )
    if done.known:
        _print(talk, store, done.known)
        talk.out("This was there already; it is kept once.")
    if not done.problems:
        return 0
    talk.problems(done.problems)
    talk.err("What is damaged was not kept. Ask them to send it again, whole.")
    return _PARTLY


def reported(talk: Talk, store: Store, heard: Heard) -> dict[str, object]:
    """What a reply reports, for a program."""
    reports, problems = reporting.of_reply(store, heard)
    return {
        "reports": [report.id for report in reports],
        "problems": [talk.problem(problem) for problem in problems],
    }


def print_damage(talk: Talk, store: Store, heard: Heard) -> None:
    """Why a report in the reply was not kept."""
    for problem in reporting.of_reply(store, heard)[1]:
        talk.out("  A report in it was not kept: {what}", what=talk.problem(problem))
        talk.out("  Ask them to send it again, whole, or to write it again by hand.")


def say_kept(talk: Talk, store: Store, replies: Sequence[Heard]) -> None:
    """Where the reports are that stand in replies, if any do."""
    reports = {one.id for heard in replies for one in reporting.of_reply(store, heard)[0]}
    if reports & {proposal.report.id for proposal in reporting.proposals(store)}:
        talk.out("The calls that they report are kept as proposals: kit inbox")


def _pasted(talk: Talk) -> str:
    """What stands on standard input, or is pasted into the window."""
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        talk.err("Paste it, press Enter, then Ctrl-D (Windows: Ctrl-Z, then Enter):")
    given = sys.stdin.buffer.read(_MOST + 1)
    if len(given) > _MOST:
        raise ReportTooLongError
    try:
        return given.decode()
    except UnicodeDecodeError:
        return given.decode(_OTHER_CHARSET, "replace")


def _print(talk: Talk, store: Store, proposals: Sequence[Proposal]) -> None:
    """Each in plain words."""
    names = {
        contact.id: contact.name or talk.say("(no name)") for contact in people.contacts(store)
    }
    for proposal in proposals:
        report = proposal.report
        sender = names.get(proposal.contact_id) or _unknown(talk, proposal)
        number = report.number or talk.say("(no number shown)")
        when = reporting.on_the_clock(store, report)
        talk.show(f"{when} · {number} · {sender}")
        if report.said_they_were:
            talk.out("  They said they were: {name}", name=report.said_they_were)
        if report.said:
            talk.out("  What was said: {words}", words=report.said)
        talk.out("  Was a debt named? {answer}", answer=_answer(talk, report.debt_named))
        talk.out("  Did the contact refuse? {answer}", answer=_answer(talk, report.refused))
        if not report.checked:
            talk.out("  Written by hand: nothing shows whether it was changed on the way.")


def _unknown(talk: Talk, proposal: Proposal) -> str:
    """Why no name is shown."""
    if proposal.contact_id or proposal.heard_by != reporting.BORROWER:
        return talk.say("(not in your contacts)")
    return talk.say("(nobody said who sent it)")


def _answer(talk: Talk, value: bool | None) -> str:  # noqa: FBT001 (it is an answer)
    if value is None:
        return talk.say("not clear")
    return talk.say("yes") if value else talk.say("no")


def _fields(proposal: Proposal) -> dict[str, object]:
    report = proposal.report
    return {
        "id": proposal.id,
        "report_id": report.id,
        "at": report.at.isoformat(),
        "number": report.number,
        "caller": proposal.caller,
        "said_they_were": report.said_they_were,
        "said": report.said,
        "debt_named": report.debt_named,
        "refused": report.refused,
        "checked": report.checked,
        "contact_id": proposal.contact_id or None,
        "heard_by": proposal.heard_by,
        "heard_at": proposal.heard_at.isoformat(),
    }
