"""Evidence: what people and phones tell goes in; a record that shows every change comes out.

`chain` links entries, `contents` writes what each tells, `patterns` lays it beside the rules.
"""

from __future__ import annotations
