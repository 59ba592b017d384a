"""What a provider answers in JSON: its text goes in, what it says comes out.

Half of a pair of surrogates, such as is left of an emoji that was cut in two, is no character:
neither a store nor a request can take it. It stands as �, and the rest can be read.
"""

from __future__ import annotations

import json
from typing import Any


def read(text: str | bytes) -> Any:  # noqa: ANN401 (any JSON)
    """What it says.

    Raises:
        ValueError, RecursionError: it is no JSON, or one thing in another without end.
    """
    return _sound(json.loads(text))


def _sound(said: Any) -> Any:  # noqa: ANN401 (the same)
    if isinstance(said, str):
        return said.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(said, dict):
        return {_sound(name): _sound(value) for name, value in said.items()}
    return [_sound(one) for one in said] if isinstance(said, list) else said
