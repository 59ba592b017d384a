"""The nouns: values that flow between the rooms. Nothing here acts.

Personal fields are `repr=False`, so that no log and no exception can show them by accident.
Times are aware, in UTC, and end in `_at`.
"""

from __future__ import annotations

from kit.model.audit import *  # noqa: F403 (all of them are seen from here)
from kit.model.clinic import *  # noqa: F403
from kit.model.drafts import *  # noqa: F403
from kit.model.evidence import *  # noqa: F403
from kit.model.messages import *  # noqa: F403
from kit.model.people import *  # noqa: F403
