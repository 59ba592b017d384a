"""Guides for the tests of what is made from them: the real ones, and ones changed for a purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from kit.letters.guide import compose
from kit.template import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.jurisdiction import Fact
    from kit.letters.guide import Guide, Line, Section

TODAY = date(2026, 11, 21)
LANGUAGES = pages.languages("guide-cn")


@cache
def guide(language: str = "zh-Hans", today: date = TODAY) -> Guide:
    return compose("guide", "cn", language, today)


def own(language: str = "zh-Hans") -> Guide:
    """The borrower's own: no menu, no callers, no forms."""
    return compose("me", "cn", language, TODAY)


def reworded(whole: Guide, word: Callable[[str], str]) -> Guide:
    """A guide with other words wherever a person reads some."""

    def lines(some: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(replace(one, text=word(one.text)) for one in some)

    def section(one: Section) -> Section:
        return replace(
            one,
            title=word(one.title),
            lines=lines(one.lines),
            answer=one.answer and word(one.answer),
            means=lines(one.means),
            never=lines(one.never),
            facts=tuple(map(fact, one.facts)),
        )

    def fact(one: Fact) -> Fact:
        return replace(
            one,
            title=word(one.title),
            own_source=one.own_source and word(one.own_source),
            limits=one.limits and word(one.limits),
        )

    return replace(
        whole,
        title=word(whole.title),
        lead=word(whole.lead),
        sections=tuple(map(section, whole.sections)),
        labels={name: word(text) for name, text in whole.labels.items()},
        form={name: word(text) for name, text in whole.form.items()},
        report={name: word(text) for name, text in whole.report.items()},
        letter=word(whole.letter),
        facts=tuple(map(fact, whole.facts)),
    )
