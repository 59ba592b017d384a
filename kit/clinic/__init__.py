"""A clinic's queue and its workers: ids of messages go in, and each is delivered by some machine.

The only room that knows procrastinate, which keeps the queue in the clinic's own database.
"""

from __future__ import annotations

from kit.clinic.queue import Queue, Watch

__all__ = ["Queue", "Watch"]
