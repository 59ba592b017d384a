"""Every error that a person may see. A class owns its sentence: its docstring, in English.

KitError                `root`
├── InputError          `input`: your file or value
├── AuditError          `audit`: a phone, and what it says of its apps
├── DraftError          `draft`: a letter, a complaint, the fact sheet
├── NotAllowedError     `rules`: a rule of the kit
├── ChannelError        `channel`: the way out: a provider, a folder
└── LedgerError         `store`: the store on this computer

A branch is a module; all of them are seen from here. Facts fill the sentence; they name things by
id or file and line, never by a person's name or number. `kit.words` says the sentence in the
reader's language.
"""

from __future__ import annotations

from kit.errors.audit import *  # noqa: F403 (all of them are seen from here)
from kit.errors.channel import *  # noqa: F403
from kit.errors.clinic import *  # noqa: F403
from kit.errors.draft import *  # noqa: F403
from kit.errors.input import *  # noqa: F403
from kit.errors.root import *  # noqa: F403
from kit.errors.rules import *  # noqa: F403
from kit.errors.store import *  # noqa: F403
