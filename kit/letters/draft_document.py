"""A draft as a document that can be edited: the draft goes in, the bytes of a .docx come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.errors import DocumentMissingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.letters.draft import Draft


def render(draft: Draft, say: Callable[..., str]) -> bytes:  # noqa: ARG001 (to be built)
    """The letter as a document, without the notes for the borrower.

    Raises:
        DocumentMissingError: what makes documents is not installed.
    """
    raise DocumentMissingError
