"""One frozen view a page: all that its template may see. Shapes alone; pages.py fills them.

Text is plain and is escaped by the template; Markup is finished. An address is relative to the site's root and begins
with the root mark, which the page's own depth replaces (slots.py), or is a fragment (`#red-lines`), or is absolute.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from triptych.words import DateView


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    text: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of a list of facts: `term` in words, and one of the three as its value."""

    term: str
    text: str = ""
    date: DateView | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the skeleton of every page needs."""

    title: str  # of the page alone
    site_title: str
    tagline: str
    description: str
    language: str
    direction: str  # "ltr" or "rtl"
    home: str
    menu: tuple[Link, ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    icon: str  # "" where the theme has none
    canonical: str  # "" without base_url
    publisher: str
    contact: str
    licence: str
    edit_url: str  # "" without `repository`
    kind: str  # "document", "claim", "treaty", …: a class of <body>
    is_draft: bool  # shown with --drafts alone


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A full reference."""

    key: str
    id: str  # of its entry on sources.html
    title: str
    url: str  # "" where there is none
    authors: tuple[str, ...]
    container: str
    publisher: str
    place: str
    issued: DateView | None
    accessed: DateView | None
    archived: str
    note: str
    language: str
    direction: str
    details: tuple[Markup, ...]  # "volume 12"
    page_url: str  # its entry on sources.html


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A source at the foot of a page that cites it."""

    key: str
    id: str  # of the element on this page
    number: int  # among the page's citations
    reference: Markup  # parts/source.html
    page_url: str  # its entry on sources.html


@dataclass(frozen=True, slots=True, kw_only=True)
class UsesGroup:
    document: Link
    claims: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """The claims that use something, under each document."""

    groups: tuple[UsesGroup, ...] = ()
    total: int = 0
    more: str = ""  # address of the page that has them all, where these are only the first fifty


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A term that a page names, for the card that opens beside it."""

    id: str
    term: str
    url: str  # its entry in the glossary
    markup: Markup


# --- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claim with its panels."""

    slug: str
    kind: str
    number: int
    title: str
    panels: Markup  # the sections, in order
    former: tuple[str, ...]  # old ids that still lead here
    previous: Link | None
    next: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEntry:
    """A line of a list of claims."""

    number: int
    title: str
    speaker: str
    kind: str
    kind_label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindView:
    kind: str
    label: str
    meaning: str  # a short sentence for the legend; "" for a kind of the site's own


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBlock:
    """A top-level block of the document, and the claims that follow it."""

    markup: Markup
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    frame: Frame
    title: str
    facts: tuple[Fact, ...]
    introduction: Markup
    kinds: tuple[KindView, ...]  # those that occur here
    claims: tuple[ClaimEntry, ...]
    blocks: tuple[DocumentBlock, ...]
    language: str
    direction: str
    is_excerpted: bool  # display: quotes
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names
    newest: DateView | None  # the newest of its dates, for paper


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    frame: Frame
    row: Row
    document: Link  # to the claim's row on the document's page
    count: int  # claims of the document
    excerpt: Markup  # the passage in its paragraphs
    language: str
    direction: str
    is_excerpted: bool
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names
    newest: DateView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyProvision:
    id: str
    level: int  # of its heading, 2 to 6
    heading: str
    markup: Markup
    uses: Uses


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyPage:
    frame: Frame
    id: str
    title: str
    short: str
    status: str
    facts: tuple[Fact, ...]
    introduction: Markup
    provisions: tuple[TreatyProvision, ...]
    uses: Uses
    language: str
    direction: str
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyLine:
    short: str
    title: str
    url: str
    status: str
    date: DateView | None
    claims: int  # how many cite it
    language: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyGroup:
    label: str  # "Treaties", "Political commitments", …
    treaties: tuple[TreatyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    date: DateView
    title: str
    treaty: Link | None
    source: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatiesPage:
    frame: Frame
    groups: tuple[TreatyGroup, ...]
    events: tuple[EventView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEntry:
    id: str
    term: str
    aliases: tuple[str, ...]
    former: tuple[str, ...]  # old ids that still lead here
    markup: Markup
    see: tuple[Link, ...]
    uses: Uses


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryPage:
    frame: Frame
    letters: tuple[Link, ...]  # first letters, each to the first entry that begins with it
    entries: Markup  # parts/term.html for each, in order
    sources: tuple[CitedSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPage:
    """glossary/<id>.html, for a term with more than fifty uses."""

    frame: Frame
    entry: TermEntry
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    source: SourceView
    uses: Uses


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    frame: Frame
    entries: Markup  # parts/source-entry.html for each, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """sources/<key>.html, for a source with more than fifty uses."""

    frame: Frame
    entry: SourceEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionEntry:
    date: DateView
    claim: Link
    document: Link
    note: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsPage:
    frame: Frame
    title: str
    markup: Markup
    corrections: tuple[CorrectionEntry, ...]  # newest first
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class FreePage:
    frame: Frame
    title: str
    markup: Markup
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    title: str
    url: str
    facts: tuple[Fact, ...]
    description: str
    introduction: Markup
    claims: int
    begin: Link | None  # to the first claim
    language: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    frame: Frame
    documents: tuple[DocumentLine, ...]
    claims: int
    treaties: int
    terms: int
    source_count: int
    sources: tuple[CitedSource, ...]
    definitions: tuple[Definition, ...]  # of the terms that the page names


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFoundPage:
    frame: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPage:
    """A small page at an old address, which leads to the new one."""

    frame: Frame
    target: Link
