"""The process that reads uploads: a question at its standard input, the answer at its output.

`python -m kit.actions.upload_reader MEMORY SECONDS`, as `uploading` starts it. It knows no store
and no setting. Where the system knows limits, it may use so many bytes of memory and so many
seconds of the processor, and writes into no file; Windows knows none of them.
"""

from __future__ import annotations

import sys

from kit.actions.limits import limit
from kit.actions.upload_wire import answer

#: How it ends when the memory was not enough.
OUT_OF_MEMORY = 12


def main() -> int:
    """Answer one question; the exit code."""
    memory, seconds = map(int, sys.argv[1:])
    limit(memory, seconds)
    try:
        sys.stdout.buffer.writelines(answer(sys.stdin.buffer))
        sys.stdout.buffer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
