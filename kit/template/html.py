"""What a person opens in a browser: a template and plain values go in, the HTML comes out.

A value is text and never markup, and a template reaches nothing but the values it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kit.template import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment

#: No objects: one that is written into a page shows its repr.
Plain: TypeAlias = "str | int | Sequence[Plain] | Mapping[str, Plain]"


def render(name: str, say: Callable[..., str], /, **values: Plain) -> str:
    """Fill the template `name` of `templates/`; `"A sentence." | say` says it in a language.

    Raises:
        jinja2.UndefinedError: the template names a value that it is not given: a fault of ours.
    """
    filling = jinja()
    filling.filters["say"] = say
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
