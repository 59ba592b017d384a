"""What a person can ask of the kit: the public Python interface, and all that the faces see.

`store` opens it, `people` brings in and decides, `planning` plans and reads over, `delivery`
tells. Every action takes the open `Store` first and returns values; nothing here prints or asks.
"""

from __future__ import annotations
