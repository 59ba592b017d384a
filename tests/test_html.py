from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import escape

from kit.template import html
from kit.words import Words

if TYPE_CHECKING:
    from kit.template.html import Plain


def rendered(template: str, **values: Plain) -> str:
    """A template of one line, filled as every page is."""
    jinja = html.jinja()
    jinja.filters["say"] = Words("zh-Hans")
    return jinja.from_string(template).render(values)


@given(st.text(alphabet="<>&'\"{}%# a", max_size=30))
def test_a_value_is_never_markup_nor_a_template(value: str) -> None:
    assert rendered("{{ value }}", value=value) == escape(value)


def test_a_sentence_is_said_in_the_language_and_its_facts_are_escaped() -> None:
    said = rendered("{{ 'Gets nothing: {reason}' | say(reason=name) }}", name="<b>")

    assert said == "不会收到短信：&lt;b&gt;"


def test_a_value_that_is_not_given_is_our_fault() -> None:
    with pytest.raises(UndefinedError):
        rendered("{{ nobody_gives_it }}")


@pytest.mark.parametrize("reaching", ["{{ ''.__class__.__mro__ }}", "{{ rows.append(1) }}"])
def test_a_template_reaches_nothing_but_its_values_and_changes_none(reaching: str) -> None:
    with pytest.raises(SecurityError):
        rendered(reaching, rows=[])
