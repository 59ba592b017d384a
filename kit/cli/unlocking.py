"""The first questions, at a terminal: who uses this computer account, and the passphrase."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import click

from kit.cli.talk import says_no, says_yes
from kit.errors import PassphraseEmptyError, PassphraseMismatchError

if TYPE_CHECKING:
    from kit.cli.talk import Talk
    from kit.errors import SystemKeyringError

_TRIES = 3
_SHARED = ("1", "有")
_ALONE = ("2", "没", "没有", "沒", "沒有")


class AtTerminal:
    """The person at the terminal answers what opens the store."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        #: what was typed last, unless it was wrong
        self._typed = ""

    def is_shared(self) -> bool:
        """Whether anyone else uses this computer account; nothing is taken for granted."""
        while True:
            answer = self._talk.ask("Does anyone else use this computer account? 1 yes, 2 no")
            word = unicodedata.normalize("NFKC", answer)
            if word in _SHARED or says_yes(answer):
                return True
            if word in _ALONE or says_no(answer):
                return False
            self._talk.err("Please type 1 or 2.")

    def no_keyring(self, error: SystemKeyringError) -> None:
        """Say why in one sentence; a passphrase will do."""
        self._talk.error(error, with_hint=False)

    def new_passphrase(self) -> str:
        """A passphrase, typed twice; three tries.

        Raises:
            InputError: it was empty, or not the same, each time.
        """
        self._talk.err(
            "A passphrase locks what the kit keeps. If you forget it, nobody can open it."
        )
        left = _TRIES
        while True:
            passphrase = self.secret("New passphrase")
            if passphrase and self.secret("The same again") == passphrase:
                return passphrase
            wrong = PassphraseMismatchError() if passphrase else PassphraseEmptyError()
            left -= 1
            if not left:
                raise wrong
            self._talk.error(wrong, with_hint=False)
            self._talk.err("Once more, please. Tries left: {left}", left=left)

    def passphrase(self) -> str:
        """The passphrase of this store; a command that opens it twice asks once."""
        self._typed = self._typed or self.secret("Passphrase")
        return self._typed

    def wrong_passphrase(self, left: int) -> None:
        """Say that it was not right."""
        self._typed = ""
        self._talk.err("The passphrase is not right. Tries left: {left}", left=left)

    def too_soon(self, seconds: int) -> None:
        """Say that the next one has to wait; it waits by itself."""
        self._talk.err("Too many wrong passphrases. The next try in {seconds} s …", seconds=seconds)

    def secret(self, sentence: str) -> str:
        """What is typed and not shown."""
        secret: str = click.prompt(
            self._talk.say(sentence), hide_input=True, default="", show_default=False, err=True
        )
        return secret
