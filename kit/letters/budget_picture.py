"""The picture of a month: a proposal goes in, an SVG comes out.

Every bar stands on the scale of the income, and each expense begins where the one before ended, so
that it is seen what is eaten up, what is left, and that no more than that is offered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit.letters import svg
from kit.letters.budget import expenses, money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal

    from kit.letters.budget import Proposal

    Say = Callable[..., str]

_IN, _OUT, _LEFT, _OFFERED = "#3d72a4", "#c9b08a", "#7fb08c", "#2a6b4a"
_FRAME = "#777"
#: Large: on a phone the picture is half as wide.
_SIZE = 20
_BAR = 12
#: From one bar to the next.
_ROW = 46
_WIDE = svg.WIDTH - 2 * svg.MARGIN
#: So wide at least, that it is seen.
_THIN = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    label: str
    value: Decimal = field(repr=False)
    #: where it begins, in yuan
    begin: Decimal = field(repr=False)
    shade: str


def picture(made: Proposal, say: Say, language: str) -> str:
    """What comes in, what goes out, what is left and what is offered, as bars."""
    title = say("A month in figures")
    head, y = svg.paragraph(8, title, 24, font_weight="bold")
    unit, y = svg.paragraph(y + 2, say("In yuan, each bar by its share of the income"), 17)
    top = y + 10
    bars = list(_bars(made, say))
    drawn = [head, unit]
    for row, bar in enumerate(bars):
        drawn += _drawn(bar, made.income, top + row * _ROW)
    bottom = top + len(bars) * _ROW
    said = (title, described(made, say))
    return svg.document("budget", language, said, (svg.joined(drawn), bottom))


def described(made: Proposal, say: Say) -> str:
    """The same in words."""
    return say(
        "Of {income} yuan a month {spent} go out, {left} are left, and {payment} of these "
        "are offered.",
        income=money(made.income),
        spent=money(made.spent),
        left=money(made.left),
        payment=money(made.payment),
    )


def _bars(made: Proposal, say: Say) -> Iterator[_Bar]:
    nothing = made.income - made.income
    yield _Bar(label=say("What comes in"), value=made.income, begin=nothing, shade=_IN)
    end = made.income
    for name, spent in expenses(made, say):
        if not spent:
            continue
        end -= spent
        yield _Bar(label=name, value=spent, begin=end, shade=_OUT)
    yield _Bar(label=say("What is left"), value=made.left, begin=nothing, shade=_LEFT)
    offered = say("What I propose to pay")
    yield _Bar(label=offered, value=made.payment, begin=nothing, shade=_OFFERED)


def _drawn(bar: _Bar, income: Decimal, y: float) -> Iterator[str]:
    """Its name and amount, and below them the bar on its track."""
    right = svg.WIDTH - svg.MARGIN
    yield svg.text(svg.MARGIN, y + _SIZE, bar.label, font_size=_SIZE)
    yield svg.text(right, y + _SIZE, money(bar.value), font_size=_SIZE, text_anchor="end")
    top = y + _SIZE + 7
    yield svg.tag("rect", x=svg.MARGIN, y=top, width=_WIDE, height=_BAR, fill=svg.GROUND)
    wide = max(float(bar.value / income) * _WIDE, _THIN)
    x = min(svg.MARGIN + float(bar.begin / income) * _WIDE, right - wide)
    yield svg.tag("rect", x=x, y=top, width=wide, height=_BAR, fill=bar.shade, stroke=_FRAME)
