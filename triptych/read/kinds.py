"""What kind of file stands at a path, and the id that its name gives. Knows names alone, never what is in a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Outcome, Severity, Span
from triptych.text import is_id, nearest, slugify

IMAGE_ENDINGS = frozenset(("png", "jpg", "jpeg", "gif", "webp", "avif"))

# Names that the output needs itself.
RESERVED_CLAIMS = ("index",)
RESERVED_TREATIES = ("index",)
RESERVED_PAGES = ("index", "glossary", "sources", "search", "404")

_NUMBERED = re.compile(r"([0-9]{1,3})-(.+)", re.DOTALL)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SINGLE = {"site.toml": "config", "sources.yaml": "sources", "sources.json": "sources", "timeline.yaml": "timeline"}
_FOLDERS = {"treaties": "treaty", "glossary": "term", "pages": "page"}
_RESERVED = {"treaty": RESERVED_TREATIES, "page": RESERVED_PAGES, "annotation": RESERVED_CLAIMS}

# What goes where, for those who put a file in another place.
_PLACES = (
    "content/ has `site.toml`, `sources.yaml`, `timeline.yaml` and the folders `annotations`, `treaties`, `glossary` and `pages`"
)


class Place(NamedTuple):
    """What a path says about its file."""

    path: str
    kind: str  # "document" "about" "annotation" "treaty" "term" "page" "sources" "timeline" "config" "image"
    id: str = ""  # "" for those kinds of which there is one, and for images
    doc: str = ""  # the document that an annotation or an about file belongs to
    number: int = -1  # the order number; -1 where the name has none


def read_place(path: str) -> Outcome[Place]:
    """What the file at `path` is (POSIX, relative to the site); None for a stray one, and for one whose id is refused."""
    parts = path.split("/")
    if path.startswith("seeds/"):
        return _place_seed(path, parts)
    if parts[-1].rpartition(".")[2].lower() in IMAGE_ENDINGS and len(parts) > 1:
        return _place_image(path)
    if len(parts) == 2:
        kind = _SINGLE.get(parts[1])
        return Outcome(Place(path, kind)) if kind else _stray(path, _explain_top(parts[1]))
    if parts[1] == "annotations":
        return _place_annotation(path, parts)
    if (kind := _FOLDERS.get(parts[1])) is None:
        near = nearest(parts[1], ("annotations", *_FOLDERS))
        return _stray(path, f"did you mean the folder `{near}`?" if near else _PLACES)
    if len(parts) > 3:
        return _stray(path, f"files stand in content/{parts[1]}/ itself, not in folders below it")
    if not parts[2].endswith(".md"):
        return _stray(path, _explain_ending(parts[2], ".md"))
    return _identify(path, kind, parts[2][:-3])


def _place_seed(path: str, parts: list[str]) -> Outcome[Place]:
    if len(parts) > 2:
        return _stray(path, "documents stand in seeds/ itself, not in folders below it")
    stem, dot, ending = parts[1].rpartition(".")
    if not dot or ending not in ("txt", "md"):
        return _stray(path, _explain_ending(parts[1], ".txt", ".md"))
    return _identify(path, "document", stem)


def _place_annotation(path: str, parts: list[str]) -> Outcome[Place]:
    if len(parts) != 4:
        return _stray(path, "annotations stand in the folder of their document: `content/annotations/<document>/<NN>-<slug>.md`")
    doc, name = parts[2], parts[3]
    if not name.endswith(".md"):
        return _stray(path, _explain_ending(name, ".md"))
    if hint := explain_id(doc):
        return _refuse(f"content/annotations/{doc}", doc, f"rename the folder, and the document in seeds/: {hint}")
    if name == "index.md":
        return Outcome(Place(path, "about", doc, doc))
    return _identify(path, "annotation", name[:-3], doc)


def _place_image(path: str) -> Outcome[Place]:
    if _UNPRINTABLE.search(path):
        return _stray(path, "give it a name without control characters, in UTF-8")
    return Outcome(Place(path, "image"))


def _identify(path: str, kind: str, stem: str, doc: str = "") -> Outcome[Place]:
    number = -1
    name = stem
    if kind in ("annotation", "page") and (match := _NUMBERED.fullmatch(stem)):
        number, name = int(match[1]), match[2]
    if hint := explain_id(name, _RESERVED.get(kind, ())):
        return _refuse(path, name, hint)
    return Outcome(Place(path, kind, name, doc, number))


def explain_id(name: str, reserved: Iterable[str] = ()) -> str:
    """Why a name cannot be an id, as a hint that offers one that can; "" where it can."""
    taken = tuple(reserved)
    if is_id(name):
        return f"the site needs this name itself; `{_free(name, taken)}` is free" if name in taken else ""
    offer = _offer_id(name, taken)
    rule = "an id is lower-case letters, digits, dashes and dots, begins with a letter or digit, and has at most 80 characters"
    return f"`{offer}` would do; {rule}" if offer else rule


def _offer_id(name: str, reserved: tuple[str, ...]) -> str:
    offer = slugify(name)
    if not offer or not is_id(offer):
        return ""
    return _free(offer, reserved) if offer in reserved else offer


def _free(name: str, reserved: tuple[str, ...]) -> str:
    return next(offer for offer in (f"{name}-page", f"the-{name}", f"{name}-0") if offer not in reserved)


def show_path(path: str) -> str:
    """The path as it can be printed: control characters and bytes that are no UTF-8 are escaped."""
    if path.isprintable():
        return path
    return _UNPRINTABLE.sub(lambda match: _escape(match[0]), path)


def _escape(character: str) -> str:
    code = ord(character)
    # The disk's bytes that are not UTF-8 arrive as U+DC80 to U+DCFF (PEP 383).
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _refuse(path: str, name: str, hint: str) -> Outcome[Place]:
    message = f"`{show_path(name)}` cannot be an id"
    return Outcome(None, (Diagnostic(code="bad-id", message=message, span=Span(show_path(path), 1, 1), hint=hint),))


def _stray(path: str, hint: str) -> Outcome[Place]:
    return Outcome(None, (report_stray(path, "this file is not read", hint),))


def report_stray(path: str, message: str, hint: str) -> Diagnostic:
    span = Span(show_path(path), 1, 1)
    return Diagnostic(code="stray-file", message=message, span=span, hint=hint, severity=Severity.WARNING)


def _explain_top(name: str) -> str:
    near = nearest(name, _SINGLE)
    return f"did you mean `{near}`? Move it elsewhere if it is not meant for the site" if near else _PLACES


def _explain_ending(name: str, *endings: str) -> str:
    stem = show_path(name.rpartition(".")[0] or name)
    ending = name.rpartition(".")[2].lower()
    if ending in ("md", "markdown", "mdown", "mkd") and ".md" in endings:
        return f"name it `{stem}.md`"
    if ending in ("txt", "text") and ".txt" in endings:
        return f"name it `{stem}.txt`"
    wanted = " and ".join(f"`{one}`" for one in endings)
    pictures = "" if ".txt" in endings else ", and pictures that are PNG, JPEG, GIF, WebP or AVIF"
    return f"files that end in {wanted} are read here{pictures}; move it elsewhere"
