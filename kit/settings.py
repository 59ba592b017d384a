"""What the user set outside the command: the environment goes in, one frozen value comes out.

The only room that reads the environment.
"""

from __future__ import annotations

import locale
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kit.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The languages the program itself speaks, the first when nothing tells.
SPOKEN = ("zh-Hans", "zh-Hant", "en")
#: Parts of a locale's name: gettext's (zh_TW), a tag (zh-Hant), or Windows' (Chinese_Taiwan).
_SAYS_NOTHING = ("c", "posix")
_CHINESE = ("zh", "chinese")
_SIMPLIFIED = {"hans", "simplified"}
_TRADITIONAL = {"hant", "traditional", "tw", "hk", "mo", "taiwan", "hong", "macao", "macau"}
#: What finds a Python and its libraries, on Windows and elsewhere.
_BARE = frozenset(
    [
        *("PATH", "HOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "TMPDIR", "TEMP", "TMP"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    ]
)
_BARE_BEGINS = ("PYTHON", "LD_", "DYLD_")


#: In less a worker that lives could not say so.
_SHORTEST_HEARTBEAT_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `KIT_…`, `TWILIO_…` and the terminal's own variables say; a secret is never shown."""

    home: Path
    language: str
    #: the terminal is to set no colours (NO_COLOR), or cannot even be cleared (TERM=dumb)
    no_colour: bool = False
    dumb: bool = False
    sender: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    passphrase_file: Path | None = None
    #: the one that is to take its place: `kit key --passphrase`
    new_passphrase: str = field(default="", repr=False)
    key_file: Path | None = None
    #: what locks a copy of the evidence that is sealed
    seal_passphrase: str = field(default="", repr=False)
    #: how long a provider that does not know an attempt may still come to know it
    settle_s: float = 120
    #: after so long without anybody there, the local web page is locked
    lock_after_s: float = 900
    twilio_account_sid: str = field(default="", repr=False)
    twilio_auth_token: str = field(default="", repr=False)
    #: a number, or a Messaging Service (MG…)
    twilio_sender: str = field(default="", repr=False)
    twilio_base_url: str = field(default="", repr=False)
    #: `discard`: Twilio is asked not to keep the text; not every account may
    twilio_content_retention: str = ""
    android_url: str = field(default="", repr=False)
    android_user: str = field(default="", repr=False)
    android_password: str = field(default="", repr=False)
    #: which phone, where the gateway has several
    android_device: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    #: the address mail comes from, where the SMTP user is not one
    email_from: str = field(default="", repr=False)

    #: a clinic's database, as kit_app; nothing on a computer of one's own
    database_url: str = field(default="", repr=False)
    #: the same as its owner: `kit migrate` alone uses it
    database_admin_url: str = field(default="", repr=False)
    #: the id of the case that is worked on
    case: str = ""
    #: how often a worker says that it lives; who was silent for three of these is given up
    heartbeat_s: float = 10
    #: who is asked for a timestamp (RFC 3161); nobody unless the borrower says so
    timestamp_authority: str = field(default="", repr=False)

    @property
    def gives_key(self) -> bool:
        """Whether the store can be opened, or made, without asking anybody."""
        return bool(self.passphrase or self.passphrase_file or self.key_file)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; nothing is asked, and no file is touched."""
    return Settings(
        home=_path(environ, "KIT_HOME") or _home(),
        language=spoken(environ),
        no_colour=bool(environ.get("NO_COLOR")),
        dumb=environ.get("TERM") == "dumb",
        sender=environ.get("KIT_FROM", ""),
        passphrase=environ.get("KIT_PASSPHRASE", ""),
        passphrase_file=_path(environ, "KIT_PASSPHRASE_FILE"),
        new_passphrase=environ.get("KIT_NEW_PASSPHRASE", ""),
        key_file=_path(environ, "KIT_KEY_FILE"),
        database_url=environ.get("KIT_DATABASE_URL", ""),
        database_admin_url=environ.get("KIT_DATABASE_ADMIN_URL", ""),
        case=environ.get("KIT_CASE", "").strip(),
        seal_passphrase=environ.get("KIT_SEAL_PASSPHRASE", ""),
        settle_s=_seconds(environ, "KIT_SETTLE_S", 120),
        heartbeat_s=max(_seconds(environ, "KIT_HEARTBEAT_S", 10), _SHORTEST_HEARTBEAT_S),
        lock_after_s=_seconds(environ, "KIT_LOCK_AFTER_S", 900),
        **{name: environ.get(variable, "") for name, variable in _OF_CHANNELS.items()},
    )


def bare_variables(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a Python needs to start, and nothing else: for a process that is not to be trusted."""
    return {
        name: value
        for name, value in environ.items()
        if name in _BARE or name.startswith(_BARE_BEGINS)
    }


def names_set(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Which of our settings are set; not what they say."""
    return tuple(name for name in NAMES if environ.get(name))


def is_loopback(url: str) -> bool:
    """Whether the address is this computer itself, where nobody else listens."""
    try:
        return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")
    except ValueError:
        return False


_OF_CHANNELS = {
    "twilio_account_sid": "TWILIO_ACCOUNT_SID",
    "twilio_auth_token": "TWILIO_AUTH_TOKEN",
    "twilio_sender": "KIT_TWILIO_SENDER",
    "twilio_base_url": "KIT_TWILIO_BASE_URL",
    "twilio_content_retention": "KIT_TWILIO_CONTENT_RETENTION",
    "android_url": "KIT_ANDROID_URL",
    "android_user": "KIT_ANDROID_USER",
    "android_password": "KIT_ANDROID_PASSWORD",
    "android_device": "KIT_ANDROID_DEVICE",
    "smtp_url": "KIT_SMTP_URL",
    "imap_url": "KIT_IMAP_URL",
    "email_from": "KIT_EMAIL_FROM",
    "timestamp_authority": "KIT_TIMESTAMP_AUTHORITY",
}


#: Every variable of ours.
NAMES = (
    *("KIT_HOME", "KIT_LANG", "KIT_FROM", "KIT_PASSPHRASE", "KIT_PASSPHRASE_FILE", "KIT_KEY_FILE"),
    *("KIT_NEW_PASSPHRASE", "KIT_SEAL_PASSPHRASE", "KIT_SETTLE_S", "KIT_LOCK_AFTER_S"),
    *("KIT_DATABASE_URL", "KIT_DATABASE_ADMIN_URL", "KIT_CASE", "KIT_HEARTBEAT_S"),
    *_OF_CHANNELS.values(),
)


def spoken(environ: Mapping[str, str] = os.environ) -> str:
    """The language of the program: KIT_LANG, else the system's in gettext's order, else Chinese."""
    variables = ("KIT_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    names = [environ.get(variable, "") for variable in variables]
    if os.name == "nt":
        names.append(locale.setlocale(locale.LC_CTYPE))
    for name in names:
        # LANGUAGE may list several; what follows a full stop is the encoding.
        parts = re.findall("[a-z]+", re.split("[:.]", name)[0].lower())
        if parts and parts[0] not in _SAYS_NOTHING:
            return _spoken_in(parts)
    return SPOKEN[0]


def _spoken_in(parts: list[str]) -> str:
    """The language for a locale's name; a script that is named outweighs the region."""
    if parts[0] not in _CHINESE:
        return "en"
    if _TRADITIONAL.isdisjoint(parts) or not _SIMPLIFIED.isdisjoint(parts):
        return "zh-Hans"
    return "zh-Hant"


def _seconds(environ: Mapping[str, str], name: str, usual: float) -> float:
    """A number of seconds; anything else is an error, for it guards against telling twice.

    Raises:
        SettingError: it is not one.
    """
    if not environ.get(name):
        return usual
    try:
        seconds = float(environ[name])
    except ValueError:
        raise SettingError(name=name) from None
    if not 0 <= seconds < float("inf"):
        raise SettingError(name=name)
    return seconds


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).expanduser() if environ.get(name) else None


def _home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("contact-notification-kit", appauthor=False))
