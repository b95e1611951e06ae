"""A site in two versions, and an output folder that holds files of others too; and how such a folder is read back."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from pathlib import Path

MARKER = ".triptych"
STRANGER = 1234  # the owner of some folders, where the tests run as root


def _pages(version: str, *paths: str) -> dict[str, bytes]:
    return {path: f"{path} as in {version}\n".encode() * 40 for path in paths}


KEPT = {
    **_pages("both", "about.html", "documents/three.html", "documents/four.html", "claims/letter/3.html", "claims/letter/4.html"),
    **_pages("both", "claims/letter/5.html", "sources/a.html", "sources/b.html", "assets/deep/font.woff"),
    "assets/main.js": b"// a long line\n" * 2_000,
    "assets/empty.txt": b"",
}
CHANGED = (
    *("index.html", "glossary.html"),
    *("documents/one.html", "documents/two.html"),
    *("claims/letter/1.html", "claims/letter/2.html"),
)
VERSIONS = {
    "A": {
        **KEPT,
        **_pages("A", *CHANGED),
        **_pages("A", "old/1.html", "old/2.html", "old/3.html", "old/deeper/4.html", "old/deeper/5.html"),
        **_pages("A", "gone/1.html", "gone/2.html", "assets/main.aaa.css"),
    },
    "B": {
        **KEPT,
        **_pages("B", *CHANGED),
        **_pages("B", "fresh/1.html", "fresh/deeper/2.html", "fresh/deeper/3.html"),
        **_pages("B", "claims/letter/6.html", "assets/main.bbb.css"),
    },
}
FILES_OF_OTHERS = {
    "CNAME": b"example.org\n",
    "theirs/notes.txt": b"notes\n" * 3,
    "theirs/deep/scan.pdf": b"%PDF scan\n",
    "documents/scan.pdf": b"%PDF another\n",
    "old/theirs.txt": b"beside pages that all go\n",
    "sealed/seal.txt": b"in a folder that forbids writing\n",
}
LINKS_OF_OTHERS = {"link": "theirs/notes.txt", "theirs/dangling": "/nowhere/at/all", "folder-link": "theirs"}
FOLDERS_OF_OTHERS = {"empty": 0o755, "theirs/empty": 0o750, "sealed": 0o555, "theirs/deep": 0o711}

Entry = tuple[object, ...]


def add_files_of_others(out: Path) -> None:
    for path, data in FILES_OF_OTHERS.items():
        place = out / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    for path, target in LINKS_OF_OTHERS.items():
        (out / path).symlink_to(target)
    os.mkfifo(out / "theirs" / "pipe")
    if os.geteuid() == 0:
        os.chown(out / "theirs" / "deep", STRANGER, STRANGER)
        os.chown(out / "documents", STRANGER, STRANGER)
    (out / "claims").chmod(0o775)
    for path, mode in FOLDERS_OF_OTHERS.items():
        (out / path).mkdir(exist_ok=True)
        (out / path).chmod(mode)


def date_back(out: Path) -> None:
    """Give each file a time of its own, long past."""
    for number, path in enumerate(sorted(out.rglob("*"))):
        if path.is_file() and not path.is_symlink():
            os.utime(path, ns=(10**18 + number, 10**18 + number))


def snapshot(out: Path) -> dict[str, Entry] | None:
    """All in the folder, the marker too: path -> kind and contents, of folders mode and owner. None if it is not there."""
    if not out.exists():
        return None
    found: dict[str, Entry] = {}
    for folder, folders, files in os.walk(out):
        for name in (*folders, *files):
            place = os.path.join(folder, name)
            state = os.lstat(place)
            path = os.path.relpath(place, out)
            if stat.S_ISDIR(state.st_mode):
                found[path] = ("folder", stat.S_IMODE(state.st_mode), state.st_uid)
            elif stat.S_ISREG(state.st_mode):
                found[path] = ("file", Path(place).read_bytes())
            elif stat.S_ISLNK(state.st_mode):
                found[path] = ("link", os.readlink(place))
            else:
                found[path] = ("other", stat.S_IFMT(state.st_mode))
    return found


def times(out: Path) -> dict[str, int]:
    """When files changed that neither version changes, in ns: those of others and the kept ones that are there."""
    found = {}
    for path in (*KEPT, *FILES_OF_OTHERS):
        with contextlib.suppress(FileNotFoundError):
            found[path] = (out / path).stat().st_mtime_ns
    return found


def left_beside(site: Path) -> list[str]:
    """What lies in the hidden folder, and anything at all that lies beside the output and is no part of the site."""
    known = {"public", "content", "seeds", "theme"}
    found = []
    for name in sorted(os.listdir(site)):
        if name == ".public.triptych":
            found += sorted(str(path.relative_to(site)) for path in (site / name).rglob("*"))
        elif name not in known:
            found.append(name)
    return found


def remove(folder: Path) -> None:
    """With folders in it that forbid writing."""
    for place, _, _ in os.walk(folder):
        os.chmod(place, 0o700)
    shutil.rmtree(folder)


def difference(found: dict[str, Entry] | None, expected: dict[str, Entry] | None) -> str:
    """In words, for a failing test."""
    if found is None or expected is None:
        return "no output folder" if found is None else "an output folder where there was none"
    lines = [f"missing {path}" for path in sorted(expected.keys() - found.keys())]
    lines += [f"extra {path}" for path in sorted(found.keys() - expected.keys())]
    lines += [f"differs {path}" for path in sorted(found.keys() & expected.keys()) if found[path] != expected[path]]
    return "; ".join(lines)
