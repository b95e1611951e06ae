"""The verb `new`: words of a seed document -> a new annotation file that quotes them.

The words are found as a build finds those of a quote, over all documents. The file has the document's own words, and it is read
back before it is handed out: one that would not be anchored at the very same place is never made.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from shlex import quote as shell_quote
from unicodedata import east_asian_width

from rapidfuzz import fuzz

from triptych.desk.shelf import no_markup
from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import Annotation, Config, Document, Quote
from triptych.read.annotation import CLAIM_KINDS
from triptych.read.kinds import RESERVED_CLAIMS
from triptych.read.records import read_record
from triptych.read.seed import read_words
from triptych.resolve.anchors import anchor_quotes, as_yaml, index_document, seed_line
from triptych.resolve.distinguish import as_written, edge_after, edge_before, telling_contexts
from triptych.resolve.nearest import find_nearest
from triptych.resolve.normalised import NormalisedText, normalise, normalise_words
from triptych.resolve.passages import Passage, Places, find_places, missing_piece, passage_at
from triptych.site.state import Site
from triptych.text import UNSPACED, first_words, nearest, slugify

_SEEDS = Span("seeds/", 1, 1)  # where a fault stands that is of no one document
_LISTED = 10  # places of ambiguous words that are shown
_SLUG = 60  # characters
_LAST_NUMBER = 999
_COLUMNS = 98  # of a line, besides its `> `
_BESIDE = 40  # characters on either side that decide what a line break between them means
_CONTEXT = "<!-- Write the context here: what the claim leaves out, with [[terms]] and a source [@key]. -->"
_WARNS = {"empty-body", "no-source"}  # what is said of every new file

_NUMBERED = re.compile(r"([0-9]{1,3})-(.+)")
_DROPPED = re.compile("[\u00ad\u200b\u2060\ufeff]")  # they do not count, and nobody sees them
_SPACE_RUN = re.compile("[ \t\n\v\f\r\x85\u2028\u2029\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BREAKING = re.compile("[ \t\n\v\f\r\x85\u2028\u2029]")  # the others hold together what they stand between
_CHUNK = re.compile(rf" ?(?:[^ {UNSPACED}]+|[{UNSPACED}])")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")

# What CommonMark takes for a mark: its first character, which a backslash makes plain.
_PUNCTUATION = r"[!-/:-@\[-`{-~]"
_MARK = (
    rf"\\(?={_PUNCTUATION}|\s|$)"
    r"|<(?=[A-Za-z/!?]|[^\s<>@]{1,80}@)"
    r"|&(?=#[0-9xX]|[A-Za-z][A-Za-z0-9]{1,40};)"
    r"|\](?=[(:])|\[(?=\^)"
    r"|\A(?:>|#(?=\#{0,5}(?:\s|$))|[-+*_](?=[-*_]*(?:\s|$))|~(?=~~))"
)
_PAIRED = ("`", r"(?<!\s)\*|\*(?!\s)", r"(?<![^\W_])_|_(?![^\W_])")  # one alone marks nothing
_ITEM = re.compile(r"\A([0-9]{1,9})([.)])(?=\s|$)")
_NOT_FIRST = re.compile(r"[#>+*=~`_<|:\[-]|[0-9]+[.)]")  # words that may be a mark at the head of a line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A content file that does not exist yet."""

    path: str  # POSIX, relative to the site
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Find:
    """What the search of one document came to."""

    document: Document
    index: NormalisedText
    places: Places
    kept: Sequence[int]  # those of the places that have the prefix and the suffix


def new_annotation(
    quote: str, site: Site, paths: Collection[str], *, document: str = "", prefix: str = "", suffix: str = ""
) -> Outcome[NewFile]:
    """An annotation of the one place where the words stand; no value, and an error, where there is none or more than one.

    `paths` are those of all files of the site, readable or not. `document` is the id of the only one to be searched. `prefix` and
    `suffix` choose among several places, and stand in the front matter where the document has more than one.
    """
    documents = site.catalogue.documents()
    searched = [one for one in documents if document in ("", one.id)]
    if not searched:
        return Outcome(None, (_no_document(document, [one.id for one in documents]),))
    if not normalise_words(quote).strip(".[] "):
        hint = "name the words of a seed document that are the claim"
        return Outcome(None, (Diagnostic(code="no-quote", message="this quote has no words", span=_SEEDS, hint=hint),))
    before, after = normalise_words(prefix), normalise_words(suffix)
    finds = [_find(one, quote, before, after) for one in searched]
    kept = [find for find in finds if find.kept]
    if sum(len(find.kept) for find in kept) == 1:
        return _compose(kept[0], site, paths, before, after)
    if kept:
        return Outcome(None, (_ambiguous(kept),))
    if placed := [replace(find, kept=range(len(find.places))) for find in finds if find.places]:
        return Outcome(None, (_without_context(placed, before, after),))
    return Outcome(None, (_missing(finds, quote),))


def _find(document: Document, quote: str, before: str, after: str) -> _Find:
    index = index_document(document)
    places = find_places(index, quote)
    if not places and document.is_markdown:  # copied from the file itself, with its marks
        places = find_places(index, read_words(quote))
    kept = [at for at in range(len(places)) if _stands_between(index.text, places.starts[at], places.ends[at], before, after)]
    return _Find(document=document, index=index, places=places, kept=kept)


def _stands_between(text: str, start: int, end: int, before: str, after: str) -> bool:
    first = edge_before(text, start) - len(before)
    return first >= 0 and text.startswith(before, first) and text.startswith(after, edge_after(text, end))


# --- What is wrong ---------------------------------------------------------------------------------------------------


def _no_document(wanted: str, ids: Sequence[str]) -> Diagnostic:
    if not ids:
        message, hint = "the site has no seed document", "put the document into seeds/, as `.txt` or `.md`"
    else:
        near = nearest(wanted, ids)
        message = f"no seed document is called `{wanted}`"
        hint = f"did you mean `{near}`?" if near else f"there is {', '.join(f'`{one}`' for one in ids[:_LISTED])}"
    return Diagnostic(code="unknown-document", message=message, span=_SEEDS, hint=hint)


def _ambiguous(finds: Sequence[_Find]) -> Diagnostic:
    places = sum(len(find.kept) for find in finds)
    where = f"`{finds[0].document.path}`" if len(finds) == 1 else f"{len(finds)} documents"
    return Diagnostic(
        code="quote-ambiguous",
        message=f"these words stand at {places} places in {where}",
        span=_place(finds[0], finds[0].kept[0]),
        hint=f"say which is meant:\n{_choices(finds)}",
    )


def _without_context(finds: Sequence[_Find], before: str, after: str) -> Diagnostic:
    """The words are there, with other words before or after them; `kept` are all places."""
    options = " and ".join(name for name, words in (("prefix", before), ("suffix", after)) if words)
    first = finds[0]
    if len(finds) == len(first.kept) == 1:
        hint = f"they stand once, at {_where(first, 0)}: no {options.replace(' and ', ' or ')} is needed"
    else:
        hint = f"in place of it, say which is meant:\n{_choices(finds)}"
    where = f"`{first.document.path}`" if len(finds) == 1 else f"{len(finds)} documents"
    message = f"these words are in {where}, but not with this {options}"
    return Diagnostic(code="quote-not-found", message=message, span=_place(first, 0), hint=hint)


def _choices(finds: Sequence[_Find]) -> str:
    """The first places with their line, and the options that choose each; then how many more there are."""
    rows: list[tuple[str, str]] = []
    for find in finds:
        listed = find.kept[: _LISTED - len(rows)]
        contexts = telling_contexts(find.index, find.places.starts, find.places.ends, listed)
        for at, context in zip(listed, contexts, strict=True):
            options = [f"--document={find.document.id}"] if len(finds) > 1 else []
            if len(find.kept) > 1:
                options += _context_options(find, at, context)
            rows.append((_where(find, at), " ".join(options)))
    width = max(len(where) for where, _ in rows)
    lines = [f"  {where:{width}}  {options}" for where, options in rows]
    if more := sum(len(find.kept) for find in finds) - len(rows):
        lines.append(f"  and {more} more")
    return "\n".join(lines)


def _context_options(find: _Find, at: int, context: tuple[str, str]) -> Iterator[str]:
    """The prefix and suffix that tell a place of a document from its others, as the command line takes them."""
    original, index, (prefix, suffix) = find.document.text, find.index, context
    if prefix:
        edge = edge_before(index.text, find.places.starts[at])
        yield f"--prefix={shell_quote(as_written(original, index, edge - len(prefix), edge))}"
    if suffix:
        edge = edge_after(index.text, find.places.ends[at])
        yield f"--suffix={shell_quote(as_written(original, index, edge, edge + len(suffix)))}"
    if not prefix and not suffix:
        yield "no words beside it settle it: quote more of the passage"


def _missing(finds: Sequence[_Find], quote: str) -> Diagnostic:
    """What a build says of such a quote, with the nearest passage of all documents."""
    likeness, (start, end), best = max(((*_likeness(find, quote), find) for find in finds), key=lambda one: one[0])
    if not likeness and len(finds) > 1:
        hint = "nothing in them is like it: copy the words from the document"
        message = f"these words are in none of the {len(finds)} documents"
        return Diagnostic(code="quote-not-found", message=message, span=_SEEDS, hint=hint)
    span = _span(best.document, start, end)
    outcome = anchor_quotes(best.document, best.index, [Quote(text=quote, typed=quote, span=span)])
    found = outcome.diagnostics[0]
    if likeness <= 100 and len(finds) > 1:
        return replace(found, message=f"these words are in none of the {len(finds)} documents")
    return found


def _likeness(find: _Find, quote: str) -> tuple[float, tuple[int, int]]:
    """How like the quote the nearest passage of a document is, from 0 to 100, and where it stands; over 100: piece by piece."""
    missing = missing_piece(find.index, quote)
    if missing is None:
        return 101, (0, 0)
    near = find_nearest(find.document.text, find.index, missing)
    if near is None:
        return 0, (0, 0)
    passage = normalise_words(find.document.text[near.start : near.end])
    return fuzz.ratio(missing, passage), (near.start, near.end)


def _where(find: _Find, at: int) -> str:
    return f"{find.document.path}:{seed_line(find.document, find.index.start(find.places.starts[at]))}"


def _place(find: _Find, at: int) -> Span:
    passage = passage_at(find.index, find.places, at)
    return _span(find.document, *passage[0])


def _span(document: Document, start: int, end: int) -> Span:
    """Where a stretch of the text stands in the file; of Markdown only the line is known."""
    line = seed_line(document, start)
    if document.is_markdown:
        return Span(document.path, line, 1)
    column = start - document.text.rfind("\n", 0, start)
    return Span(document.path, line, column, max(1, len(document.text[start:end].partition("\n")[0])))


# --- The file --------------------------------------------------------------------------------------------------------


def _compose(find: _Find, site: Site, paths: Collection[str], before: str, after: str) -> Outcome[NewFile]:
    """The file, with as few backslashes as it can be read back with."""
    passage = passage_at(find.index, find.places, find.kept[0])
    paragraphs = _paragraphs(find.document, passage)
    words = "\n\n".join(paragraphs)
    path = _free_path(find.document.id, words, site, paths)
    head = "\n".join(["---", *_context_keys(find, before, after), *_hints(site.config), "---"])
    for escape in (_escape_lightly, _escape_all):
        lines = "\n>\n".join("\n".join(f"> {line}" for line in _wrap(_spell_out(escape(one)))) for one in paragraphs)
        file = NewFile(path=path, data=f"{head}\n\n{lines}\n\n{_CONTEXT}\n".encode())
        if _reads_back(file, find, passage, words, site.config):
            return Outcome(file)
    message = "these words cannot be written so that they are found again"
    hint = "quote fewer of them, or others of the passage"
    return Outcome(None, (Diagnostic(code="quote-not-found", message=message, span=_place(find, find.kept[0]), hint=hint),))


def _context_keys(find: _Find, before: str, after: str) -> Iterator[str]:
    """The keys that choose the place, where the document has the words at others too."""
    if len(find.places) == 1:
        return
    original, index, at = find.document.text, find.index, find.kept[0]
    if before:
        edge = edge_before(index.text, find.places.starts[at])
        yield f"prefix: {as_yaml(as_written(original, index, edge - len(before), edge))}"
    if after:
        edge = edge_after(index.text, find.places.ends[at])
        yield f"suffix: {as_yaml(as_written(original, index, edge, edge + len(after)))}"


def _hints(config: Config) -> tuple[str, ...]:
    kinds = " | ".join((*CLAIM_KINDS, *config.kinds))
    return ("# speaker: who makes the claim", f"# kind: {kinds}", "# treaties: [id, id#provision]")


def _reads_back(file: NewFile, find: _Find, passage: Passage, words: str, config: Config) -> bool:
    """Whether a build would find in the file these words alone, and anchor them at this passage alone."""
    reading = read_record(file.path, file.data, config=config, compile=no_markup)
    claim = reading.record
    if not isinstance(claim, Annotation) or {one.code for one in reading.diagnostics} - _WARNS:
        return False
    if [normalise_words(quote.text) for quote in claim.quotes] != [normalise_words(words)]:
        return False
    anchored = anchor_quotes(
        find.document, find.index, claim.quotes, prefix=claim.prefix, suffix=claim.suffix, seek_nearest=False
    )
    return anchored.value == (passage,)


# --- Its name --------------------------------------------------------------------------------------------------------


def _free_path(doc: str, words: str, site: Site, paths: Collection[str]) -> str:
    """`<NN>-<slug>.md` in the document's folder: the number after the last one, and an id that no claim has or had."""
    folder = f"content/annotations/{doc}/"
    stems = [path.removeprefix(folder).removesuffix(".md") for path in paths if path.startswith(folder)]
    numbered = [(stem, _NUMBERED.fullmatch(stem)) for stem in stems]
    number = 1 + max((int(match[1]) for _, match in numbered if match), default=0)
    taken = {(match[2] if match else stem).casefold() for stem, match in numbered} | set(RESERVED_CLAIMS)
    for path in site.catalogue.claims.get(doc, ()):
        claim = site.catalogue.records[path]
        taken.update(claim.former if isinstance(claim, Annotation) else ())
    slug = next(slug for slug in _slugs(words, number) if slug not in taken)
    return f"{folder}{number:02d}-{slug}.md" if number <= _LAST_NUMBER else f"{folder}{slug}.md"


def _slugs(words: str, number: int) -> Iterator[str]:
    """Ids for a claim of these words, the best first. Without a number of its own none may begin with what looks like one."""
    slug = slugify(first_words(words), _SLUG)
    if not slug:
        yield from (f"claim-{at}" for at in count(number))
    if number > _LAST_NUMBER and _NUMBERED.fullmatch(slug):
        slug = f"claim-{slug}"
    yield slug
    yield from (f"{slug}-{at}" for at in count(2))


# --- Its quote -------------------------------------------------------------------------------------------------------


def _paragraphs(document: Document, passage: Passage) -> list[str]:
    """The words of a passage as the document has them, each paragraph on one line."""
    paragraphs: list[str] = []
    for start, end in passage:
        first, last = (bisect_right(document.blocks, offset, key=lambda block: block.start) for offset in (start, end))
        blocks = document.blocks[max(0, first - 1) : last]
        lines = (_on_one_line(document.text[max(start, block.start) : min(end, block.end)]) for block in blocks)
        parts = [line for line in lines if line]
        if paragraphs and parts:
            parts[0] = f"{paragraphs.pop()} […] {parts[0]}"
        paragraphs += parts
    return paragraphs


def _on_one_line(text: str) -> str:
    def join(run: re.Match[str]) -> str:
        if not _BREAKING.search(run[0]):
            return run[0]
        left, right = run.string[max(0, run.start() - _BESIDE) : run.start()], run.string[run.end() : run.end() + _BESIDE]
        return "" if normalise(left + run[0] + right).text == normalise(left + right).text else " "

    return _SPACE_RUN.sub(join, _DROPPED.sub("", text)).strip(" ")


def _escape_lightly(text: str) -> str:
    """A backslash where CommonMark would take a character for a mark, and nowhere else, as far as rules this short can tell."""
    marks = [_MARK, *(pattern for pattern in _PAIRED if len(re.findall(pattern, text)) > 1)]
    return _ITEM.sub(r"\1\\\2", re.sub("|".join(marks), r"\\\g<0>", text))


def _escape_all(text: str) -> str:
    return re.sub(_PUNCTUATION, r"\\\g<0>", text)


def _spell_out(text: str) -> str:
    """Characters that turn the direction of a line would make it look like another, and are named instead."""
    return _DIRECTION.sub(lambda char: f"&#x{ord(char[0]):X};", text)


def _wrap(text: str) -> list[str]:
    """The text in lines, broken where a line break means what stood there: a space, or nothing in scripts without them."""
    cuts, column = [0], 0
    for chunk in _CHUNK.finditer(text):
        width = sum(2 if east_asian_width(char) in "WF" else 1 for char in chunk[0])
        if column + width > _COLUMNS and _may_break(chunk):
            cuts.append(chunk.start())
            column = 0
        column += width
    return [text[start:end].strip(" ") for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _may_break(chunk: re.Match[str]) -> bool:
    """Whether a chunk of a text can begin a line: a line break before it changes nothing, and it is no mark there."""
    text, at = chunk.string, chunk.start()
    word = text[at : chunk.end() + _BESIDE].lstrip(" ")
    left, space = text[max(0, at - _BESIDE) : at], " " * chunk[0].startswith(" ")
    if not left or _NOT_FIRST.match(word):
        return False
    return normalise(f"{left}\n{word}").text == normalise(f"{left}{space}{word}").text
