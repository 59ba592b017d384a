"""What a clinic's cases have in common: senders and addresses go in, hashes by a key come out.

The key is the clinic's own and lies in KIT_HOME. By such a hash one case knows again what another
has met, and neither learns of whom, or of which case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.connector.seal import Seal


@dataclass(frozen=True, slots=True)
class Common:
    """The names of what all cases share, as the database has them."""

    _seal: Seal = field(repr=False)
    #: the account and the sender of each channel that goes by the clinic's own, by the channel
    _senders: Mapping[str, str] = field(repr=False)

    def sender(self, channel: str) -> str:
        """Whose pace the channel has to keep; nothing where it is of this case alone."""
        if channel not in self._senders:
            return ""
        return self._seal.hash("sender", f"{channel} {self._senders[channel]}")

    def address(self, address: str) -> str:
        """An address that wants no more of the clinic's own senders."""
        return self._seal.hash("address", address)

    def store(self, notice_id: str) -> str:
        """A laptop's store and every case made of it, by the notice that all of them have."""
        return self._seal.hash("store", notice_id)

    def attempt(self, id_: str) -> str:
        """One try of a message."""
        return self._seal.hash("attempt", id_)
