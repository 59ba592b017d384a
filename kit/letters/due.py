"""What comes next: what was sent, and what was recorded, go in; what is due, and why, comes out.

Days are counted as calendar days after the day on which something was sent; where the source does
not say which days it means, or from a day that is not known here, the sentence says that the day is
approximate. How long a term is stands in the facts; where a fact is not known, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit import clocks
from kit.model import Due, Filing, FilingEvent, LenderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kit.jurisdiction import Fact, Facts

#: What goes to the lender; whether a letter is handled as a complaint, the lender decides.
_COMPLAINT = "lender"
_LETTERS = frozenset({"stop", "data", "statement", "hardship"})
#: Lenders whose terms the rule for complaints sets; of one that is not known it may be so.
_WITH_TERMS = frozenset({LenderKind.CARD, LenderKind.BANK, LenderKind.CONSUMER_FINANCE})
_PERHAPS = frozenset({"", LenderKind.UNKNOWN})
#: The first of these that was not turned to yet comes next, where the lender did not help.
_NEXT: dict[str, tuple[str, ...]] = {
    LenderKind.CARD: ("12378",),
    LenderKind.BANK: ("12378",),
    LenderKind.CONSUMER_FINANCE: ("12378",),
    LenderKind.SMALL_LOAN: ("local-finance", "12345"),
    LenderKind.UNLICENSED: ("12345", "platform"),
    LenderKind.UNKNOWN: ("12345",),
}
#: Of each, what is said; what is not verified says so.
_TURN_TO = {
    "12378": "No answer, or one that does not help: turn to 12378. It takes complaints about banks "
    "and consumer finance companies.",
    "local-finance": "No answer, or one that does not help: turn to the local financial "
    "administration. It watches over small loan companies.",
    "12345": "No answer, or one that does not help: ask 12345 to pass it on to whoever is in "
    "charge. Whether they do so where you are is not verified.",
    "platform": "No answer, or one that does not help: the platform of the internet finance "
    "association takes reports under your own name. That is not verified; go by its notice.",
}
#: And on what it rests.
_RESTS_ON = {
    "12378": "ch-12378",
    "local-finance": "ch-local",
    "12345": "ch-12345",
    "platform": "ch-nifa",
}
_COMPLAINTS, _NOT_FOUND, _CASE, _LIMITATION = "complaint-2020", "psl-25", "psl-118", "cc-188"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter or complaint as it stands now."""

    draft: str
    sent_on: date
    lender: str = field(default="", repr=False)
    reference: str = field(default="", repr=False)
    #: nothing: no answer yet
    answered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What it is about: the lender of the fact sheet, and the days of what was recorded."""

    today: date
    lender: str = field(default="", repr=False)
    #: a `LenderKind`; empty: not said
    lender_kind: str = ""
    #: nothing: nothing was recorded
    first: date | None = None
    #: the last one with a threat, after a refusal or one of too many; nothing: there is none
    harassed: date | None = None


def sent(filings: Iterable[Filing]) -> tuple[Sent, ...]:
    """What was sent, and not taken back, in the order in which it was sent first."""
    found: dict[tuple[str, str], Sent] = {}
    for one in filings:
        key = one.draft, one.lender
        match one.event:
            case FilingEvent.SENT:
                found[key] = Sent(
                    draft=one.draft, sent_on=one.on, lender=one.lender, reference=one.reference
                )
            case FilingEvent.ANSWERED if key in found:
                was = found[key]
                found[key] = Sent(
                    draft=was.draft,
                    sent_on=was.sent_on,
                    lender=was.lender,
                    reference=one.reference or was.reference,
                    answered_on=one.on,
                )
            case FilingEvent.TAKEN_BACK:
                found.pop(key, None)
    return tuple(found.values())


def due(sent: Sequence[Sent], matter: Matter, known: Facts) -> tuple[Due, ...]:
    """What can be done now; then what has a day, the earliest first; then what has no term."""
    dues = _Dues(sent, matter, known)
    dated = [*dues.waiting(), *dues.police(), *dues.court()]
    return (
        *dues.first_steps(),
        *dues.further_steps(),
        *sorted((one for one in dated if one.due_on), key=lambda one: one.due_on or date.max),
        *(one for one in dated if not one.due_on),
    )


class _Dues:
    """Looks at one matter from every side."""

    def __init__(self, sent: Sequence[Sent], matter: Matter, known: Facts) -> None:
        self._sent = sent
        self._matter = matter
        self._known = known
        self._was_sent = {(one.draft, one.lender) for one in sent}

    def first_steps(self) -> Iterator[Due]:
        """Where something was recorded, and nobody was written to."""
        if self._sent or self._matter.first is None:
            return
        if self._fact("ch-lender"):
            yield _now(
                "lender",
                "First complain to the lender itself, in writing, and keep a copy.",
                "ch-lender",
            )
        if self._fact("gbt-contact"):
            yield _now(
                "stop",
                "Write to the lender and to whoever collects for it: turn to me, and to nobody "
                "else.",
                "gbt-contact",
            )

    def further_steps(self) -> Iterator[Due]:
        """Where to turn when the lender did not help; once, to whom nobody has turned yet."""
        named: set[tuple[str, str]] = set()
        for one in self._sent:
            if not self._is_over(one):
                continue
            body = self._next(one.lender)
            if body and (body, one.lender) not in named:
                named.add((body, one.lender))
                yield Due(
                    body=body,
                    due_on=None,
                    what=_TURN_TO[body],
                    facts={"lender": one.lender},
                    fact_ids=(_RESTS_ON[body],),
                )

    def waiting(self) -> Iterator[Due]:
        """By when an answer is due."""
        for one in self._sent:
            if one.answered_on or one.draft in ("110", "debt-relief-answer"):
                continue
            fact = self._fact(_COMPLAINTS) if self._has_terms(one) else None
            yield self._answer(one, fact) if fact else _no_term(one)

    def police(self) -> Iterator[Due]:
        """Until when a report makes sense, and what comes after it."""
        reports = [one for one in self._sent if one.draft == "110"]
        yield from (self._case(one) for one in reports if not one.answered_on)
        harassed, fact = self._matter.harassed, self._fact(_NOT_FOUND)
        if not harassed or not fact or any(one.sent_on >= harassed for one in reports):
            return
        yield self._while_it_can_be("110", harassed, fact, "ch-110")

    def court(self) -> Iterator[Due]:
        """Until when a claim can be brought."""
        first, fact = self._matter.first, self._fact(_LIMITATION)
        if not first or not fact or any(one.draft == "court" for one in self._sent):
            return
        yield self._while_it_can_be("court", first, fact, "ch-12348")

    def _while_it_can_be(self, body: str, since: date, fact: Fact, where: str) -> Due:
        """Until when it can be done; what is left where that day has passed."""
        term = _terms(fact)[0]
        day = _later(since, *term)
        if day < self._matter.today:
            return _now(body, _TOO_LATE[body], fact.id, where)
        return Due(
            body=body,
            due_on=day,
            what=_IN_TIME[body],
            facts={"count": term[1]},
            fact_ids=(fact.id, where),
        )

    def _answer(self, one: Sent, fact: Fact) -> Due:
        """The first term that has not passed; what comes after the last one is a further step."""
        terms = _terms(fact)
        to_come = [term for term in terms if _later(one.sent_on, *term) >= self._matter.today]
        if not to_come:
            return _no_answer(one, fact)
        term = to_come[0]
        return Due(
            body=one.draft,
            due_on=_later(one.sent_on, *term),
            what=self._said_of(one) if term == terms[0] else _LONGER,
            facts={
                "on": one.sent_on,
                "count": term[1],
                "longest": terms[-1][1],
                "lender": one.lender,
            },
            fact_ids=(fact.id, "ch-12378") if one.draft == "12378" else (fact.id,),
        )

    def _said_of(self, one: Sent) -> str:
        if one.draft == "12378":
            return _PASSED_ON
        if self._kind(one.lender) not in _WITH_TERMS:
            return _PERHAPS_A_TERM
        return _TERM if one.draft == _COMPLAINT else _AS_COMPLAINT

    def _case(self, one: Sent) -> Due:
        """What the police have to do about a report, and in which time."""
        fact = self._fact(_CASE)
        terms = _terms(fact) if fact else []
        to_come = [term for term in terms if _later(one.sent_on, *term) >= self._matter.today]
        if not to_come:
            return Due(body="110", due_on=None, what=_ASK_POLICE, facts={"on": one.sent_on})
        return Due(
            body="110",
            due_on=_later(one.sent_on, *to_come[0]),
            what=_CASE_TERM if to_come == terms else _CASE_LONGER,
            facts={"on": one.sent_on, "count": to_come[0][1]},
            fact_ids=(_CASE, "police-receipt") if self._fact("police-receipt") else (_CASE,),
        )

    def _has_terms(self, one: Sent) -> bool:
        may_be = self._kind(one.lender) in {*_WITH_TERMS, *_PERHAPS}
        return may_be and one.draft in {_COMPLAINT, *_LETTERS, "12378"}

    def _is_over(self, one: Sent) -> bool:
        """Whether the lender has answered, or has no term left."""
        if one.draft not in {_COMPLAINT, *_LETTERS, *_TURN_TO}:
            return False
        if one.answered_on or not self._has_terms(one):
            return True
        fact = self._fact(_COMPLAINTS)
        return not fact or _later(one.sent_on, *_terms(fact)[-1]) < self._matter.today

    def _next(self, lender: str) -> str:
        for body in _NEXT[self._kind(lender) or LenderKind.UNKNOWN]:
            if (body, lender) not in self._was_sent:
                return body if self._fact(_RESTS_ON[body]) else ""
        return ""

    def _kind(self, lender: str) -> str:
        """Of another lender than the one of the fact sheet it is not known."""
        return self._matter.lender_kind if lender == self._matter.lender else ""

    def _fact(self, name: str) -> Fact | None:
        """The fact, where it is known and holds."""
        fact = self._known.by_id.get(name)
        return fact if fact and fact.in_force(self._matter.today) else None


_TERM = (
    "Sent on {on}. A simple complaint is to be settled within {count} days: about this day. A "
    "difficult one may take longer, {longest} days at most. Which days are meant is not said."
)
_AS_COMPLAINT = (
    "Sent on {on}. If the lender handles it as a complaint, a simple one is to be settled within "
    "{count} days: about this day. It can take up to {longest} days."
)
_PERHAPS_A_TERM = (
    "Sent on {on}. If the lender is a bank or a consumer finance company, a simple complaint is to "
    "be settled within {count} days: about this day. It can take up to {longest} days."
)
_PASSED_ON = (
    "Sent on {on}. As a rule 12378 passes a complaint on to the lender. If it did so at once, an "
    "answer is due within {count} days: about this day. It can take up to {longest} days."
)
_LONGER = (
    "Sent on {on}, and no answer noted. The longer term of {count} days ends about this day. Ask "
    "why it takes so long, and by when they will answer."
)
_CASE_TERM = (
    "Reported on {on}. Ask for the receipt if you have none. From the day on which a case is "
    "opened it is to be settled within {count} days: about this day. The term can be extended."
)
_CASE_LONGER = (
    "Reported on {on}. Ask at the police station how far it is. If the term was extended to "
    "{count} days, it ends about this day."
)
_ASK_POLICE = "Reported on {on}. Ask at the police station how far it is, with the receipt."

#: What can be done for some time only; and what is said when that is over.
_IN_TIME = {
    "110": "Report it early: what the police do not learn of within {count} months is no longer "
    "punished. Counted from the last one that you wrote down, that is about this day. Whether it "
    "is punishable, the police decide.",
    "court": "As a rule a claim can be brought within {count} years. Counted from the first one "
    "that you wrote down, to be careful, that is about this day. Ask 12348 first; it costs "
    "nothing.",
}
_TOO_LATE = {
    "110": "The last call of that kind that you wrote down is longer ago than the term for "
    "penalties. If there is another, write it down and report it at once.",
    "court": "The usual term for a claim may be over for what came first. Ask 12348 before you "
    "give anything up; it costs nothing.",
}


def _now(body: str, what: str, *fact_ids: str) -> Due:
    return Due(body=body, due_on=None, what=what, fact_ids=fact_ids)


def _no_term(one: Sent) -> Due:
    what = "Sent on {on}. No term for an answer is known. Ask how far it is."
    return Due(
        body=one.draft, due_on=None, what=what, facts={"on": one.sent_on, "lender": one.lender}
    )


def _no_answer(one: Sent, fact: Fact) -> Due:
    return Due(
        body=one.draft,
        due_on=None,
        what="Sent on {on}, and no answer noted; the longest term of {longest} days is over. If "
        "one came, note it.",
        facts={"on": one.sent_on, "longest": _terms(fact)[-1][1], "lender": one.lender},
        fact_ids=(fact.id,),
    )


def _terms(fact: Fact) -> list[tuple[str, int]]:
    """The terms that a fact sets, each with its unit, the first one first."""
    return [(unit, count) for unit, counts in fact.within.items() for count in counts]


def _later(day: date, unit: str, count: int) -> date:
    """The day on which so many days, months or years are over; a short month ends them earlier."""
    if unit == "days":
        return day + timedelta(days=count)
    return clocks.months_later(day, count if unit == "months" else 12 * count)
