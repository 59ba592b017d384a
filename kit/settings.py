"""What the user set outside the command: the environment goes in, one frozen value comes out.

The only room that reads the environment.
"""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The languages the program itself speaks, the first when nothing tells.
SPOKEN = ("zh-Hans", "en")
_SAYS_NOTHING = ("C", "POSIX")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """KIT_HOME, KIT_LANG, KIT_FROM, KIT_PASSPHRASE, KIT_PASSPHRASE_FILE and KIT_KEY_FILE."""

    home: Path
    language: str
    sender: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    passphrase_file: Path | None = None
    key_file: Path | None = None


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; nothing is asked, and no file is touched."""
    return Settings(
        home=_path(environ, "KIT_HOME") or _home(),
        language=spoken(environ),
        sender=environ.get("KIT_FROM", ""),
        passphrase=environ.get("KIT_PASSPHRASE", ""),
        passphrase_file=_path(environ, "KIT_PASSPHRASE_FILE"),
        key_file=_path(environ, "KIT_KEY_FILE"),
    )


def spoken(environ: Mapping[str, str]) -> str:
    """The language of the program: KIT_LANG, else the system's, else Simplified Chinese."""
    names = [environ.get(name, "") for name in ("KIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    if os.name == "nt":
        names.append(locale.getlocale()[0] or "")
    telling = [
        name.lower() for name in names if name and name.partition(".")[0] not in _SAYS_NOTHING
    ]
    if not telling or telling[0].startswith(("zh", "chinese")):
        return SPOKEN[0]
    return SPOKEN[1]


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).expanduser() if environ.get(name) else None


def _home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("contact-notification-kit", appauthor=False))
