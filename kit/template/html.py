"""What a person opens in a browser: a template and plain values go in, the HTML comes out.

A value is text and never markup, and a template reaches nothing but the values it is given.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment
    from jinja2.runtime import Context
    from markupsafe import Markup

#: No objects: one that is written into a page shows its repr.
Plain: TypeAlias = "str | int | Sequence[Plain] | Mapping[str, Plain]"

#: What a page finds its language by; no template names it.
_SAY = "_say"


def render(name: str, say: Callable[..., str] | None = None, /, **values: Plain) -> str:
    """Fill the template `name` of `templates/`; `"A sentence." | say` says it in a language.

    `inline("a.css")` in a template is that file as it stands, `digest("a.css")` what a Content
    Security Policy calls it by.

    Raises:
        jinja2.UndefinedError: the template names a value that it is not given: a fault of ours.
    """
    return _filling().get_template(name).render({**values, _SAY: say})


@cache
def _filling() -> Environment:
    """Jinja with what our templates ask of it; a template that was read once is not read again."""
    from jinja2 import pass_context

    filling = jinja()
    filling.filters["say"] = pass_context(_said)
    filling.globals.update(inline=_inline, digest=_digest)
    return filling


def jinja() -> Environment:
    """Jinja as all our pages use it; without `say`."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _said(context: Context, sentence: str, **facts: Plain) -> str:
    """The sentence in the language of this page: the template is the same in every one."""
    said: str = context[_SAY](sentence, **facts)
    return said


def _inline(name: str) -> Markup:
    from markupsafe import Markup

    return Markup((folder() / name).read_text(encoding="utf-8"))  # noqa: S704  # a file of ours


def _digest(name: str) -> str:
    return f"sha256-{b64encode(sha256(_inline(name).encode()).digest()).decode()}"
