"""An import in a process of its own that has so many seconds and so much memory."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import bare_environment

if TYPE_CHECKING:
    from pathlib import Path

#: The limits are of the child: its peak would also hold that of whoever started it.
_LIMITED = """
import resource, sys
seconds, megabytes, path = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) * 1_000_000,) * 2)
sys.argv = ["kit", "import", path]
from kit.cli import main
main()
"""


def bring_in(
    path: Path, *, seconds: int = 10, megabytes: int = 300
) -> subprocess.CompletedProcess[str]:
    """What the import says; beyond the limits it ends without a word."""
    pytest.importorskip("resource")
    return subprocess.run(
        [sys.executable, "-c", _LIMITED, str(seconds), str(megabytes), str(path)],
        check=False,
        capture_output=True,
        text=True,
        env=bare_environment(),
    )
