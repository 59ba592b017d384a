"""Whether a contact may be the borrower: what people call their own card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.contacts.plain_name import cores, key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.model import Contact

#: However they are decorated; `_` is a blank.
_OWN_NAMES = (
    "我 自己 我自己 本人 我本人 机主 機主 我的号码 我的號碼 我的手机 我的手機 我的电话 我的電話 "
    "我的名片 本机 本機 本机号码 本機號碼 me myself my_number my_phone my_card"
)
_KEYS = frozenset(key(name.replace("_", " ")) for name in _OWN_NAMES.split())
#: Characters of a surname that may stand before the name friends use: 小明, 李小明.
_SURNAME = 2


def may_be_oneself(contact: Contact, sender: str) -> bool:
    """Whether the card is called what people call their own, or as the borrower signs."""
    return bool(may_all_be_oneself([contact], sender))


def may_all_be_oneself(contacts: Iterable[Contact], sender: str) -> list[Contact]:
    """Those of them that are called so."""
    signed = key(sender)
    return [one for one in contacts if any(_is_own(name, signed) for name in one.names)]


def _is_own(name: str, signed: str) -> bool:
    return _is_one_name(signed, key(name)) or any(core in _KEYS for core, _ in cores(name))


def _is_one_name(one: str, other: str) -> bool:
    """Whether they are the same, or one of them has a surname before it."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter or shorter == longer:
        return bool(shorter)
    if shorter.isascii():
        return longer.endswith(f" {shorter}")
    is_given_name = len(shorter) > 1 and len(longer) - len(shorter) <= _SURNAME
    return is_given_name and longer.endswith(shorter)
