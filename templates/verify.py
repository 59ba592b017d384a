"""这个程序检查：这份记录从导出到现在，有没有被改动。/ Whether this record is as it was exported.

用法 / Use:    python verify.py [DIR]      (Python 3.8 或更新 / or newer)

没有改动，退出码为 0；有改动，逐行列出，退出码为 1。它只读，不写，不上网。
Exit code 0: nothing was changed. Exit code 1: every fault has a line. It only reads; no network.

What it checks:
1. manifest.json (清单) lists every file with its size and its sha256, a number that changes when a
   single byte of the file changes. The manifest has a sha256 of its own, its code.
2. record/chain.jsonl (记录) has one entry on a line. Each has a hash over its own contents and the
   hash of the entry before, so none can be changed, removed, inserted or moved unseen.
3. The files that the record keeps as exhibits lie under exhibits/ as the record says.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

#: Not in the manifest: itself and this program; and what some systems put into every folder, or
#: beside every file (`._index.html`).
BESIDE = {"manifest.json", "verify.py"}
DROPPINGS = (".DS_Store", "Thumbs.db", "desktop.ini", "._")
CHAIN = "record/chain.jsonl"
#: What an entry's hash is taken over.
HASHED = ("number", "kind", "at", "digest", "previous")
PIECE = 1_000_000
KEEP = """请同导出时另外记下的代码对一对。谁能把所有文件都重写，也就能重写清单和这个程序；
只有代码一样（或有时间戳证明），才说明没有人这样做过。
Compare it with the code that was written down elsewhere when this was exported. Who can rewrite
every file can rewrite the manifest and this program too: only a code that was kept elsewhere, or
a timestamp, shows that nobody did."""


def canonical(value: Any) -> str:
    """The one way in which a value is written as JSON, so that its sha256 is always the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Check:
    """Looks at one folder, and says every fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = 0
        self.manifest: dict[str, Any] = {}
        #: what the manifest says of each file
        self.files: dict[str, Any] = {}
        #: numbers of entries that tell nothing here, and of those removed
        self.untold: set[int] = set()
        self.removed: dict[int, int] = {}
        #: how the files of exhibits begin, such as `exhibits/0002.`
        self.exhibits: set[str] = set()
        #: number and hash of the last entry
        self.last: tuple[int, str] = (0, "0" * 64)

    def fault(self, where: str, chinese: str, english: str) -> None:
        self.faults += 1
        print(f"{where if where.isprintable() else ascii(where)}: {chinese} / {english}")

    def run(self) -> None:
        """Everything, in order; what cannot even be read is a fault too."""
        parts = {"manifest.json": self.check_manifest, ".": self.check_files}
        for name, part in {**parts, CHAIN: self.check_chain}.items():
            try:
                part()
            except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                self.fault(name, "缺失或损坏，读不出来", "missing or damaged, cannot be read")

    def check_manifest(self) -> None:
        text = self.plain_file("manifest.json").read_bytes().decode("utf-8")
        self.manifest = json.loads(text)
        rest = {name: value for name, value in self.manifest.items() if name != "sha256"}
        if canonical(self.manifest) != text or sha256(canonical(rest)) != self.manifest["sha256"]:
            self.fault("manifest.json", "清单被改动过", "the manifest was changed")
        self.files = {one["path"]: one for one in self.manifest["files"]}
        if len(self.files) != len(self.manifest["files"]):
            self.fault("manifest.json", "同一个文件列了两次", "it lists a file twice")

    def check_files(self) -> None:
        """The files that are there are those of the manifest, byte by byte."""
        there = self.files_there()
        for where in sorted(there - set(self.files)):
            self.fault(where, "清单里没有这个文件", "this file is not in the manifest")
        for where, listed in sorted(self.files.items()):
            if set(where) & set("\\:\0") or {"", ".", ".."} & set(where.split("/")):
                self.fault(where, "路径会指到文件夹外面", "its path may lead out of the folder")
            elif where not in there:
                self.fault(where, "缺少这个文件", "this file is missing")
            elif not self.is_same(where, listed):
                self.fault(where, "文件被改动过", "the file was changed")

    def files_there(self) -> set[str]:
        found = set()
        for top, folders, names in os.walk(str(self.folder)):  # it does not follow links
            for name in folders + names:
                path = Path(top, name)
                where = path.relative_to(self.folder).as_posix()
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    self.fault(where, "不是普通文件", "no plain file, but a link or the like")
                elif path.is_file() and where not in BESIDE and not name.startswith(DROPPINGS):
                    found.add(where)
        return found

    def plain_file(self, where: str) -> Path:
        path = self.folder / where
        if path.is_symlink() or not path.is_file():
            raise OSError
        return path

    def is_same(self, where: str, listed: dict[str, Any]) -> bool:
        counted, size = hashlib.sha256(), 0
        with self.plain_file(where).open("rb") as file:
            for piece in iter(lambda: file.read(PIECE), b""):
                counted.update(piece)
                size += len(piece)
        return bool(size == listed["size"] and counted.hexdigest() == listed["sha256"])

    def check_chain(self) -> None:
        """Each entry is as it was written and follows the one before; none is missing."""
        with self.plain_file(CHAIN).open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                self.check_entry(line.rstrip("\n"), json.loads(line))
        left_out = set(self.manifest["left_out"]) if self.manifest["redacted"] else set()
        for one in sorted(self.untold - left_out):
            if self.removed.get(one, 0) <= one:  # what was removed, a later entry says so
                self.fault(f"{CHAIN} #{one}", "内容不见了", "what it tells is gone")
        for where in self.files:
            begins = where[: where.find(".") + 1]
            if where.startswith("exhibits/") and begins not in self.exhibits:
                self.fault(where, "记录里没有这份证据", "the record has no such exhibit")
        if self.manifest["head"] != {"number": self.last[0], "hash": self.last[1]}:
            self.fault(CHAIN, "末尾少了或多了", "entries are missing at its end, or were added")

    def check_entry(self, line: str, entry: dict[str, Any]) -> None:
        number, where = entry["number"], f"{CHAIN} #{entry['number']}"
        hashed = {name: entry[name] for name in HASHED}
        if canonical(entry) != line or entry["hash"] != sha256(canonical(hashed)):
            self.fault(where, "这一条被改动过", "the entry was changed")
        if (number, entry["previous"]) != (self.last[0] + 1, self.last[1]):
            self.fault(where, "和前一条接不上", "it does not follow the entry before it")
        self.last = (number, entry["hash"])
        if "content" in entry:
            self.check_content(where, entry)
        else:
            self.untold.add(number)
            if entry["kind"] == "exhibit" and number in self.manifest["left_out"]:
                self.exhibits.add(f"exhibits/{number:04}.")

    def check_content(self, where: str, entry: dict[str, Any]) -> None:
        if sha256(entry["content"]) != entry["digest"]:
            self.fault(where, "内容被改动过", "what it tells was changed")
            return
        told = json.loads(entry["content"])
        if entry["kind"] == "removed":
            self.removed[told["removes"]] = entry["number"]
        if entry["kind"] == "exhibit":
            begins = f"exhibits/{entry['number']:04}."
            self.exhibits.add(begins)
            found = [one["sha256"] for path, one in self.files.items() if path.startswith(begins)]
            if found != [told["sha256"]]:
                self.fault(where, "证据文件和记录不符", "its file is not the one in the record")


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):  # a window that has no Chinese still shows the English
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    check = Check(Path(arguments[0]) if arguments else Path(__file__).resolve().parent)
    if not os.path.lexists(str(check.folder / "manifest.json")):
        print("manifest.json: 这里没有清单；若是压缩包，请先全部解开。", end=" / ")
        print("there is none here; if this is in a zip, unpack all of it first.")
        return 1
    check.run()
    if check.faults:
        print(f"有改动，共 {check.faults} 处。 / Changed; faults: {check.faults}.")
        return 1
    files, entries = len(check.files), check.last[0]
    print(f"完好：{files} 个文件、{entries} 条记录，和清单一致。")
    print(f"Whole: {files} files and {entries} entries are as the manifest says.")
    print(f"清单代码 / code of the manifest: {check.manifest['sha256']}")
    print(KEEP)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
