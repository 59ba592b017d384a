"""The process in which one target is fuzzed, with so much memory and an end to its patience.

`python child.py TARGET COUNT SEED FILE`: what came of it is written to FILE as JSON, and the input
at which it is to `last`. `python child.py --list` prints the targets with their shares.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import signal
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS.parent)]

if TYPE_CHECKING:
    from fuzz.target import Target
    from fuzz.watching import Seen

#: Seconds of the processor after which the process is ended at an input that does not end by
#: itself; and seconds on the wall, for it may wait, but the computer may also have been asleep.
_ENDED_AFTER_S, _ENDED_IN_ANY_CASE_S = 60, 7_200
#: Inputs after which these begin anew.
_AT_ONCE = 50


def main(arguments: list[str]) -> None:
    """Fuzz one target, or list them."""
    warnings.simplefilter("error")
    with TemporaryDirectory(prefix="kit-fuzz-") as folder:
        if arguments == ["--list"]:
            shares = {one.name: one.share for one in _targets(Path(folder))}
            print(json.dumps(dict(sorted(shares.items(), key=lambda one: one[1]))))
            return
        name, count, seed, said = arguments
        target = next(one for one in _targets(Path(folder)) if one.name == name)
        Path(said).write_text(json.dumps(_fuzzed(target, int(count), seed)))


def _targets(folder: Path) -> tuple[Target, ...]:
    from fuzz.table import targets
    from fuzz.target import Place

    return targets(Place(folder))


def _fuzzed(target: Target, count: int, seed: str) -> dict[str, object]:
    """The seeds, and then so many inputs; what became of them."""
    from fuzz.mutating import dice, mutated
    from fuzz.watching import Seen, watch

    seen, random = Seen(), dice(f"{target.name} {seed}")
    for data in target.seeds:
        watch(target, data, seen)
    _limit_memory()
    began, last = time.process_time(), Path("last")
    with last.open("wb", buffering=0) as where:
        for number in range(count):
            if number % _AT_ONCE == 0:
                _begin_watch()
            data = mutated(random, target.seeds, target.words)
            where.seek(0)
            where.write(len(data).to_bytes(8, "big") + data)
            watch(target, data, seen)
    faulthandler.cancel_dump_traceback_later()
    return _told(target, seen, count, time.process_time() - began)


def _limit_memory() -> None:
    """As much as the process has that reads uploads; where the system can."""
    from kit.actions.uploading import USUAL

    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (USUAL.memory, USUAL.memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _begin_watch() -> None:
    """From now on the process has so many seconds."""
    faulthandler.dump_traceback_later(_ENDED_IN_ANY_CASE_S, exit=True)
    with contextlib.suppress(ImportError):
        import resource

        faulthandler.register(signal.SIGXCPU, chain=True)
        until = int(time.process_time()) + _ENDED_AFTER_S
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _told(target: Target, seen: Seen, count: int, seconds: float) -> dict[str, object]:
    from fuzz.watching import fault, shortened

    def short(what: str, data: bytes) -> bytes:
        return shortened(data, lambda one: fault(target, one) == what)

    return {
        "inputs": count,
        "seconds": seconds,
        "slowest_ms": round(seen.slowest_s * 1_000),
        "slowest": seen.slowest.hex(),
        "peak_mb": _peak_mb(),
        "crashes": len(seen.wrong) - seen.hangs,
        "hangs": seen.hangs,
        "wrong": {what: short(what, data).hex() for what, data in seen.wrong.items()},
    }


def _peak_mb() -> int:
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1_000_000 if sys.platform == "darwin" else 1_000)


if __name__ == "__main__":
    main(sys.argv[1:])
