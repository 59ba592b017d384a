"""Contact notification kit: an address book goes in, everyone who may be rung is told first."""

from __future__ import annotations

__version__ = "0.1.0"
