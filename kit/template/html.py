"""What a person opens in a browser: a template and plain values go in, the HTML comes out.

A value is text and never markup, and a template reaches nothing but the values it is given.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

#: No objects: one that is written into a page shows its repr.
Plain: TypeAlias = "str | int | Sequence[Plain] | Mapping[str, Plain]"


def render(name: str, say: Callable[..., str] | None = None, /, **values: Plain) -> str:
    """Fill the template `name` of `templates/`; `"A sentence." | say` says it in a language.

    `inline("a.css")` in a template is that file as it stands, `digest("a.css")` what a Content
    Security Policy calls it by.

    Raises:
        jinja2.UndefinedError: the template names a value that it is not given: a fault of ours.
    """
    filling = jinja()
    if say:
        filling.filters["say"] = say
    filling.globals.update(inline=_inline, digest=_digest)
    return filling.get_template(name).render(values)


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


def _inline(name: str) -> Markup:
    from markupsafe import Markup

    return Markup((folder() / name).read_text(encoding="utf-8"))  # noqa: S704  # a file of ours


def _digest(name: str) -> str:
    return f"sha256-{b64encode(sha256(_inline(name).encode()).digest()).decode()}"
