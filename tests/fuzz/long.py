"""`make fuzz`: a million inputs over all readers, in processes of their own, with limits.

    python tests/fuzz/long.py [--inputs N] [--seed N] [TARGET …]

Prints a row for each target; an input with which something goes wrong is made short and kept in
`build/fuzz`, from where it goes to `tests/fuzz/seeds` once it is mended. Exit code 1 if any crashed
or hung, or was left out. The same seed gives the same inputs.

There is no engine that looks at what an input reaches. One was tried (atheris 3.0, with the same
changes): of as many inputs it reached no branch of the kit that these do not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_TESTS = Path(__file__).resolve().parents[1]
_FOUND = _TESTS.parent / "build" / "fuzz"
_CHILD = (sys.executable, str(_TESTS / "fuzz" / "child.py"))
#: What a system sends to whoever has used up the processor's time: SIGXCPU.
_OUT_OF_TIME = 24
_MILLION = 1_000_000
_COLUMNS = ("inputs", "per_s", "slowest_ms", "peak_mb", "crashes", "hangs")


def main(arguments: list[str] | None = None) -> int:
    """Run, and print what was found; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--inputs", type=int, default=_MILLION)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    shares = _shares(given.targets)
    whole = sum(shares.values())
    counts = {name: -(-given.inputs * share // whole) for name, share in shares.items()}
    began = time.monotonic()
    _print("target", *("inputs", "per s", "slowest ms", "peak MB", "crashes", "hangs"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        told = list(pool.map(partial(_run, seed=given.seed), counts, counts.values()))
    return _sum_up(told, time.monotonic() - began)


def _shares(wanted: list[str]) -> dict[str, int]:
    """The targets, and how much of the whole each gets."""
    asked = subprocess.run([*_CHILD, "--list"], check=True, capture_output=True, text=True)
    shares: dict[str, int] = json.loads(asked.stdout)
    if unknown := set(wanted) - set(shares):
        raise SystemExit(f"There is no target {', '.join(sorted(unknown))}: {', '.join(shares)}")
    return {name: share for name, share in shares.items() if name in wanted or not wanted}


def _run(name: str, count: int, *, seed: int) -> dict[str, Any]:
    """One target in a process of its own; what it says, or that it ended without a word."""
    with TemporaryDirectory(prefix="kit-fuzz-") as folder:
        said = Path(folder) / "said.json"
        child = subprocess.run(
            [*_CHILD, name, str(count), str(seed), str(said)],
            cwd=folder,
            check=False,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        told: dict[str, Any] = {"name": name, "inputs": 0, "seconds": 0, "wished": count}
        told |= json.loads(said.read_text()) if said.exists() else _ended(child, Path(folder))
    told["per_s"] = round(told["inputs"] / max(told["seconds"], 0.001))
    _print(name, *(told[column] for column in _COLUMNS))
    for what, data in told["wrong"].items():
        print(f"  {what}: {_kept(name, bytes.fromhex(data))}", flush=True)
    return told


def _ended(child: subprocess.CompletedProcess[bytes], folder: Path) -> dict[str, Any]:
    """That the process was ended: by the watch over it, or because it could not go on."""
    is_hang = b"Timeout" in child.stderr or child.returncode == -_OUT_OF_TIME
    sys.stderr.write(child.stderr.decode("utf-8", "replace")[-3_000:])
    last = folder / "last"
    raw = last.read_bytes() if last.exists() else bytes(8)
    data = raw[8 : 8 + int.from_bytes(raw[:8], "big")]
    what = f"ended with {child.returncode}"
    found = {"wrong": {what: data.hex()}, "crashes": int(not is_hang), "hangs": int(is_hang)}
    return {"slowest_ms": 0, "peak_mb": 0, **found}


def _kept(name: str, data: bytes) -> Path:
    """Where the input lies from now on."""
    path = _FOUND / name / sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path.relative_to(_TESTS.parent)


def _print(first: str, *rest: object) -> None:
    print(f"{first:18}" + "".join(f"{cell:>12}" for cell in rest), flush=True)


def _sum_up(told: list[dict[str, Any]], seconds: float) -> int:
    """The last row, and the exit code."""
    inputs, busy, crashes, hangs = (
        sum(one[key] for one in told) for key in ("inputs", "seconds", "crashes", "hangs")
    )
    slowest, peak = (max(one[key] for one in told) for key in ("slowest_ms", "peak_mb"))
    _print("all", inputs, round(inputs / max(busy, 0.001)), slowest, peak, crashes, hangs)
    print(f"{len(told)} readers; {seconds / 60:.1f} min, {busy / 60:.1f} min of the processor")
    is_whole = all(one["inputs"] >= one["wished"] for one in told)
    return int(bool(crashes or hangs) or not is_whole)


if __name__ == "__main__":
    sys.exit(main())
