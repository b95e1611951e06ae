"""An annotation's quotes -> the passages that they stand for, or diagnostics that say how to mend them.

A quote is anchored at the words that it has, or not at all: what comes near is shown to the author and never taken.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from triptych.diagnostics import Diagnostic, Outcome
from triptych.model import Document, Quote
from triptych.resolve.distinguish import as_written, edge_after, edge_before, telling_contexts
from triptych.resolve.nearest import find_nearest
from triptych.resolve.normalised import NormalisedText, normalise, normalise_words
from triptych.resolve.passages import Passage, Places, find_places, missing_piece, passage_at

_LISTED = 10  # places of an ambiguous quote that are shown


def index_document(document: Document) -> NormalisedText:
    """What quotes of a document are looked up in; made once a document."""
    return normalise(document.text)


def anchor_quotes(
    document: Document,
    index: NormalisedText,
    quotes: Sequence[Quote],
    *,
    prefix: Sequence[str] = (),
    suffix: Sequence[str] = (),
    seek_nearest: bool = True,
) -> Outcome[tuple[Passage, ...]]:
    """One passage a quote, in their order, in offsets of the document's text; no value where one of them is not anchored.

    The n-th prefix and suffix are for the n-th quote; one that is "" or is not there asks for nothing. The nearest passage is
    dear to find: with `seek_nearest` off a missing quote is reported without it.
    """
    passages: list[Passage] = []
    diagnostics: list[Diagnostic] = []
    for number, quote in enumerate(quotes):
        before, after = (normalise_words(given[number]) if number < len(given) else "" for given in (prefix, suffix))
        places = find_places(index, quote.text)
        if not places and quote.typed != quote.text:
            places = find_places(index, quote.typed)
        kept = [at for at in range(len(places)) if _has_context(index.text, places, at, before, after)]
        if len(kept) == 1:
            passages.append(passage_at(index, places, kept[0]))
        elif kept:
            diagnostics.append(_ambiguous(document, index, quote, places, kept, given=(prefix, suffix), number=number))
        elif places:
            diagnostics.append(_without_context(document, index, quote, places, given=(prefix, suffix), number=number))
        else:
            diagnostics.append(_not_found(document, index, quote, seek_nearest=seek_nearest))
    return Outcome(None if diagnostics else tuple(passages), tuple(diagnostics))


def seed_line(document: Document, offset: int) -> int:
    """The line of the seed file on which a character of the document's text stands."""
    at = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    if at < 0:
        return 1
    block = document.blocks[at]
    return block.line + document.text.count("\n", block.start, min(offset, block.end))


def as_yaml(words: str) -> str:
    """Words as a double-quoted scalar; what cannot be seen is escaped."""
    return f'"{"".join(map(_escaped, words))}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def _has_context(text: str, places: Places, at: int, before: str, after: str) -> bool:
    if before:
        start = edge_before(text, places.starts[at]) - len(before)
        if start < 0 or not text.startswith(before, start):
            return False
    return not after or text.startswith(after, edge_after(text, places.ends[at]))


def _not_found(document: Document, index: NormalisedText, quote: Quote, *, seek_nearest: bool) -> Diagnostic:
    message = f"these words are not in `{document.path}`"
    words = normalise_words(quote.text)
    missing = missing_piece(index, quote.text)
    if not words.strip(".[] "):
        message, hint = "this quote has no words", f"quote the words of `{document.path}` that are the claim"
    elif missing is None:
        message = f"the pieces of this quote do not follow one another in `{document.path}`"
        hint = "quote them in the order in which they stand there, or as several quotes"
    elif not seek_nearest:
        hint = f"copy the words from `{document.path}`"
    else:
        hint = _nearest_hint(document, index, missing)
        if missing != words:
            message = f"a piece of this quote is not in `{document.path}`"
    return Diagnostic(code="quote-not-found", message=message, span=quote.span, hint=hint)


def _nearest_hint(document: Document, index: NormalisedText, words: str) -> str:
    if (cut := index.text.find(words)) >= 0:
        where = f"{document.path}:{seed_line(document, index.start(cut))}"
        return f"at {where} they begin or end inside a character, a ligature or an ellipsis: quote it whole"
    near = find_nearest(document.text, index, words)
    if near is None:
        return f"nothing in `{document.path}` is like it: copy the words from there"
    where = f"{document.path}:{seed_line(document, near.start)}"
    legend = "{+…+} is in the document alone, [-…-] in the quote alone"
    return f"the nearest passage is at {where} ({legend}):\n  {near.difference}"


def _ambiguous(
    document: Document,
    index: NormalisedText,
    quote: Quote,
    places: Places,
    kept: Sequence[int],
    *,
    given: tuple[Sequence[str], Sequence[str]],
    number: int,
) -> Diagnostic:
    listed = _listing(document, index, places, kept, given=given, number=number)
    return Diagnostic(
        code="quote-ambiguous",
        message=f"these words stand at {len(kept)} places in `{document.path}`",
        span=quote.span,
        hint=f"say in the front matter which is meant:\n{listed}",
    )


def _without_context(
    document: Document,
    index: NormalisedText,
    quote: Quote,
    places: Places,
    *,
    given: tuple[Sequence[str], Sequence[str]],
    number: int,
) -> Diagnostic:
    kinds = [name for name, texts in zip(("prefix", "suffix"), given, strict=True) if number < len(texts) and texts[number]]
    if len(places) == 1:
        line = seed_line(document, index.start(places.starts[0]))
        hint = f"they stand once, at {document.path}:{line}: no {' or '.join(kinds)} is needed"
    else:
        listed = _listing(document, index, places, range(len(places)), given=given, number=number)
        hint = f"say in the front matter which is meant:\n{listed}"
    return Diagnostic(
        code="quote-not-found",
        message=f"these words are in `{document.path}`, but not with this {' and '.join(kinds)}",
        span=quote.span,
        hint=hint,
    )


def _listing(
    document: Document,
    index: NormalisedText,
    places: Places,
    kept: Sequence[int],
    *,
    given: tuple[Sequence[str], Sequence[str]],
    number: int,
) -> str:
    """The first places with their line, and the key that chooses each; then how many more there are."""
    rows: list[tuple[str, str]] = []
    listed = kept[:_LISTED]
    for at, (prefix, suffix) in zip(listed, telling_contexts(index, places.starts, places.ends, listed), strict=True):
        start, end = places.starts[at], places.ends[at]
        before, after = edge_before(index.text, start), edge_after(index.text, end)
        keys: list[str] = []
        if prefix:
            keys.append(f"prefix: {_value(as_written(document.text, index, before - len(prefix), before), given[0], number)}")
        if suffix:
            keys.append(f"suffix: {_value(as_written(document.text, index, after, after + len(suffix)), given[1], number)}")
        if not keys:
            keys.append("no words beside it settle it: quote more of the passage")
        rows.append((f"{document.path}:{seed_line(document, index.start(start))}", "\n".join(keys)))
    width = max(len(where) for where, _ in rows) + 4
    lines = [f"  {where:{width - 2}}" + keys.replace("\n", "\n" + " " * width) for where, keys in rows]
    if len(kept) > _LISTED:
        lines.append(f"  and {len(kept) - _LISTED} more")
    return "\n".join(lines)


def _value(words: str, given: Sequence[str], number: int) -> str:
    """The words as the key's value: by themselves for the only or first quote, otherwise in their place in the list."""
    values = [*given, *[""] * (number + 1 - len(given))]
    values[number] = words
    return as_yaml(words) if len(values) == 1 else f"[{', '.join(map(as_yaml, values))}]"
