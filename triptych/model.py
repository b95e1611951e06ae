"""The frozen records that the stages hand on. No I/O and no HTML: what is shown of a record is render's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from triptych.diagnostics import Span


class File(NamedTuple):
    """A file as it lies on the disk, before anyone has made sense of it."""

    path: str  # POSIX, relative to the site
    data: bytes
    digest: str  # SHA-256 of data, in hex


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A calendar date with no more precision than its author gave it; 0 stands for what was not given."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
        if self.day:
            parts.append(f"{self.day:02d}")
        return "-".join(parts)


# --- Markdown bodies -------------------------------------------------------------------------------------------------


class Slot(NamedTuple):
    """A place in a body's markup that is known only when the whole site is."""

    kind: str  # "run": runs[first]; "reference": references[first:last], one bracket or link start; "id": the id prefix
    first: int = 0
    last: int = 0


# Markup of a body as the renderer compiled it from the parser's tokens: finished text, and slots between.
Prose = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something that a body, or a value of front matter, names: a term, a source, a provision, a file."""

    kind: str  # "term", "citation", "link", "image"; "treaty" where only a treaty can be meant
    name: str  # term name, citation key, or the address as written
    span: Span  # of the name itself: after `[[`, after `[@`, of the address
    locator: str = ""  # citations: as written, "" where there is none
    label: str = ""  # terms: the words shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a body that is not a provision of a treaty."""

    id: str  # without the prefix that its page gives it
    text: str
    level: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Markdown that has been read: its markup with slots, and what stands in the slots."""

    prose: Prose = ()
    runs: tuple[str, ...] = ()  # text in which a term is linked by itself, in order; plain, not escaped
    references: tuple[Reference, ...] = ()  # in order of appearance
    headings: tuple[Heading, ...] = ()
    text: str = ""  # its words as plain text, one space between blocks: for descriptions and search

    @property
    def is_empty(self) -> bool:
        return not self.prose


EMPTY = Body()

# --- Documents -------------------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """A piece of a document that holds text itself, and so is a paragraph for the reader: text[start:end]."""

    start: int
    end: int
    line: int  # of the seed file, where it begins
    top: int  # index of the top-level block that it stands in


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A seed document: the text that is shown, and its blocks."""

    id: str
    path: str
    sha256: str  # of the text: UTF-8, no BOM, LF line ends
    text: str  # .txt: the file's text with LF; .md: the words of its blocks, two line feeds between blocks
    blocks: tuple[Block, ...]
    # .md: one entry a top-level block, markup with Slot("text", start, end) for document.text[start:end];
    # .txt: empty, since every block is a plain paragraph
    layout: tuple[Prose, ...] = ()
    is_markdown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """annotations/<doc>/index.md: what is known about a document."""

    doc: str
    path: str
    title: str
    publisher: str = ""
    author: str = ""
    published: Date | None = None
    url: str = ""
    archived: str = ""
    retrieved: Date | None = None
    language: str = ""
    rights: str = ""
    display: str = "full"
    description: str = ""
    sha256: str = ""
    sha256_span: Span | None = None
    former: tuple[str, ...] = ()
    introduction: Body = EMPTY


# --- Claims ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that an annotation answers."""

    text: str  # rendered as CommonMark: the words alone, blocks separated by two line feeds
    typed: str  # the same lines as typed, without `> `
    span: Span  # of its first line, from the first character after `> `


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyReference:
    """One entry of `treaties:` in front matter."""

    id: str
    provision: str  # "" where the whole treaty is meant
    span: Span
    note: Body = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    date: Date
    note: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    label: str
    value: str = ""
    best: str = ""
    worst: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One claim: the words quoted, and their context."""

    doc: str
    id: str
    path: str
    title: str = ""  # "" where it is to be made from the quote
    speaker: str = ""
    kind: str = ""
    treaties: tuple[TreatyReference, ...] = ()
    tags: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    created: Date | None = None
    updated: Date | None = None
    reviewed: Date | None = None
    corrections: tuple[Correction, ...] = ()
    rating: Rating | None = None
    former: tuple[str, ...] = ()
    draft: bool = False
    quotes: tuple[Quote, ...] = ()
    context: Body = EMPTY


# --- Treaties, terms, sources, pages ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    date: Date
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """An article, paragraph, section … of a treaty."""

    id: str
    heading: str  # as plain text: "Article IV: Limits"
    level: int  # of its heading, 1 to 6
    parent: str  # id of the provision that it stands below, or ""
    span: Span
    body: Body = EMPTY  # its own text, without that of the provisions below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Treaty:
    id: str
    path: str
    title: str
    short: str
    kind: str  # treaty, commitment, resolution, draft, correspondence
    signed: Date | None = None
    in_force: Date | None = None
    suspended: tuple[Suspension, ...] = ()
    ended: Date | None = None
    parties: tuple[str, ...] = ()
    depositary: str = ""
    binding: bool | str | None = None
    status: str = ""
    url: str = ""
    language: str = ""
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    draft: bool = False
    introduction: Body = EMPTY
    provisions: tuple[Provision, ...] = ()  # in the order of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name by which a term is found, with its place in the front matter."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    id: str
    path: str
    term: str
    names: tuple[Name, ...] = ()  # the term itself, then its aliases
    see: tuple[Reference, ...] = ()  # kind "term"
    autolink: bool = True
    former: tuple[str, ...] = ()
    draft: bool = False
    body: Body = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An item of the bibliography: CSL 1.0.2, with `archived` and `note`."""

    id: str
    path: str
    span: Span
    title: str
    type: str = ""
    authors: tuple[str, ...] = ()  # as shown: "Family, Given", or a literal
    container: str = ""  # container-title
    publisher: str = ""
    place: str = ""  # publisher-place
    issued: Date | None = None
    accessed: Date | None = None
    url: str = ""
    archived: str = ""
    note: str = ""
    language: str = ""
    details: tuple[tuple[str, str], ...] = ()  # further CSL variables that are shown: ("volume", "12"), ("page", "3-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    id: str
    path: str
    title: str
    nav: int | None = None
    description: str = ""
    former: tuple[str, ...] = ()
    draft: bool = False
    body: Body = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the timeline."""

    date: Date
    title: str
    path: str
    span: Span
    source: Reference | None = None  # kind "citation"
    treaty: Reference | None = None  # kind "treaty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """content/site.toml."""

    title: str
    tagline: str = ""
    language: str = "en"
    base_url: str = ""  # without the slash at its end
    publisher: str = ""
    contact: str = ""
    licence: str = ""
    repository: str = ""
    glossary: str = "auto"  # or "explicit"
    kinds: Mapping[str, str] = field(default_factory=dict)  # further kinds of claim -> label


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """sources.yaml or sources.json."""

    path: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """timeline.yaml."""

    path: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that content may show."""

    path: str
    data: bytes
    digest: str
    extension: str  # by its first bytes: "png", "jpg", "gif", "webp", "avif"; "" where it is none of them


Record = Document | About | Annotation | Treaty | Term | Bibliography | Timeline | Page | Image

# --- What resolving adds ---------------------------------------------------------------------------------------------

# A name under which something is found or mentioned: ("term", "red lines"), ("treaty", "cfe-1990"), ("file", "content/…").
Key = tuple[str, str]


class Target(NamedTuple):
    """What a reference leads to."""

    # "term", "source", "treaty", "heading" (of the same body), "image", "page" (any address on the site)
    kind: str
    id: str  # of the term, source or treaty; the heading's id; the path of a file
    url: str = ""  # relative to the site's root
    text: str = ""  # a treaty's short name
    provisions: tuple[str, ...] = ()  # ids reached by a citation's locator
    is_exact: bool = True  # the provisions are all that the locator says


class AutoLink(NamedTuple):
    """A stretch of a run that names a term: runs[run][start:end]."""

    run: int
    start: int
    end: int
    term: str


@dataclass(frozen=True, slots=True)
class Links:
    """What stands in a body's slots, once the site is known."""

    targets: tuple[Target | None, ...] = ()  # one a reference; None where it leads nowhere
    terms: tuple[AutoLink, ...] = ()  # by run and start


class Passage(NamedTuple):
    """Where a quote stands: pieces of the document's text, in order; words between them are left out."""

    pieces: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]


@dataclass(frozen=True, slots=True)
class CitedTreaty:
    """A treaty in a claim's panel."""

    treaty: str
    provisions: tuple[str, ...] = ()
    locators: tuple[str, ...] = ()  # those that say more than the provisions they reach
    note: int = -1  # index of the annotation's `treaties` entry whose note says how it bears on the claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a file's record means on this site."""

    links: tuple[Links, ...] = ()  # one a body, in the order of facts.bodies
    passages: tuple[Passage, ...] = ()  # one a quote; empty where one is not found
    treaties: tuple[CitedTreaty, ...] = ()
    # ("term", id), ("term elsewhere", id), ("source", key), ("treaty", id), ("provision", "id#art-1"), ("image", path) …
    uses: frozenset[Key] = frozenset()
