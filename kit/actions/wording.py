"""The borrower's own words: drafted texts go in; whatever may not stand in them is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit import sms, template
from kit.actions import people, suggesting
from kit.errors import LeakError, LineTooLongError
from kit.model import ContactKind, Tone
from kit.template.lint import leaks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kit.actions.store import Store
    from kit.model import Contact, Message

#: By which option a borrower gives the words of a setting.
_OPTIONS = {
    "sender": "--from",
    "sender_latin": "--from-latin",
    "check": "--check",
    "line": "--line",
}
_IN_BRACKETS = re.compile(r"\s*[（(【\[].*")


def refuse_unfit(store: Store, words: Mapping[str, str], messages: Sequence[Message]) -> None:
    """Refuse words, by setting, with which one of the texts may not go; each text is read once.

    Raises:
        LeakError: they say what no text may say.
        LineTooLongError: with the line a text needs more segments than its wording promises.
    """
    different = {(m.text, "@" in m.recipient): m for m in messages}.values()
    is_neutral = any(message.tone is Tone.NEUTRAL for message in different)
    _refuse_leaks(store, words, is_neutral=is_neutral)
    for message in different:
        _refuse_length(message, words["line"])
        never = template.never_neutral() if message.tone is Tone.NEUTRAL else ()
        for leak in leaks(message.text, never=never):
            raise LeakError(option=", ".join(_OPTIONS.values()), leak=leak)


def _refuse_leaks(store: Store, words: Mapping[str, str], *, is_neutral: bool) -> None:
    never = template.never_neutral() if is_neutral else ()
    own = {setting for setting in template.OWN if words[setting]}
    names = frozenset(_names(store, words["sender"])) if own else frozenset[str]()
    for setting, option in _OPTIONS.items():
        others = names if setting in own else ()
        for leak in leaks(words[setting], names=others, never=never):
            raise LeakError(option=option, leak=leak)


def _refuse_length(message: Message, line: str) -> None:
    """A text may be longer than promised because of the name, but not because of the line."""
    if not line or "@" in message.recipient:
        return
    sentence = template.own_sentence(message.language, line)
    without = len(sms.segments(message.text.replace(sentence, "", 1)))
    most = max(without, template.most_segments(message.group, message.tone))
    too_long = next(
        (n for n in range(len(line)) if _segments_without(message.text, line, n) <= most),
        len(line),
    )
    if too_long:
        raise LineTooLongError(count=too_long)


def _segments_without(text: str, line: str, count: int) -> int:
    """What the text would need were so many characters of the line not there."""
    return len(sms.segments(text.replace(line, line[: len(line) - count], 1)))


def _names(store: Store, sender: str) -> Iterator[str]:
    """What the other people of the book are called; 妈妈 is no name."""
    from kit.contacts.kinship import kin
    from kit.contacts.oneself import may_be_oneself

    me = people.oneself(store)
    for look in suggesting.looks(store):
        contact = look.contact
        if look.kind is not ContactKind.PERSON or contact == me:
            continue
        if not may_be_oneself(contact, sender):
            yield from (name for name in _spellings(contact) if kin(name) is None)


def _spellings(contact: Contact) -> Iterator[str]:
    """Their names as they are saved, and without what people put around names."""
    from kit.contacts.plain_name import cores

    for name in contact.names:
        yield name
        yield _IN_BRACKETS.sub("", name)
        yield from (core for core, _ in cores(name))
