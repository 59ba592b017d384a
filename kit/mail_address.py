"""E-mail addresses: what people write goes in, the one form that can be compared comes out."""

from __future__ import annotations

import contextlib

from kit.model import Email


def plain(text: str) -> Email:
    """The address in small letters, its domain as the network has it (RFC 5890).

    Mail systems take no notice of capitals; a card may have `Ma@例子.cn`, and a reply comes from
    `ma@xn--fsqu00a.cn`.
    """
    local, _, domain = text.strip().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return Email(f"{local}@{domain}".lower())
