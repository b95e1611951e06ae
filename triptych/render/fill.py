"""A body's markup and what stands in its slots -> a fragment: finished but for the marks that its page fills."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from triptych.model import AutoLink, Body, Links, Reference, Target
from triptych.render.highlight import escape_text
from triptych.render.slots import IDS, ROOT, cite_mark, label_mark


def fill_body(body: Body, links: Links) -> str:
    """The body as a fragment. Every reference has a target: a site where one is missing is not rendered."""
    by_run: dict[int, list[AutoLink]] = {}
    for link in links.terms:
        by_run.setdefault(link.run, []).append(link)
    parts: list[str] = []
    for part in body.prose:
        if isinstance(part, str):
            parts.append(part)
        elif part.kind == "run":
            run = body.runs[part.first]
            parts.append(_fill_run(run, by_run[part.first]) if part.first in by_run else escape_text(run))
        elif part.kind == "id":
            parts.append(IDS)
        else:
            pairs = list(zip(body.references, links.targets, strict=True))[part.first : part.last]
            parts.append(_fill_references(pairs))
    return "".join(parts)


def _fill_run(run: str, links: Sequence[AutoLink]) -> str:
    parts: list[str] = []
    at = 0
    for link in links:
        parts.append(escape_text(run[at : link.start]))
        parts.append(_term(link.term, run[link.start : link.end]))
        at = link.end
    parts.append(escape_text(run[at:]))
    return "".join(parts)


def _fill_references(pairs: Sequence[tuple[Reference, Target | None]]) -> str:
    """A bracket of citations, a term, the opening tag of a link, or an image."""
    reference, target = pairs[0]
    if reference.kind == "citation":
        return f'<span class="cites">[{"; ".join(_citation(one, to) for one, to in pairs if to is not None)}]</span>'
    if reference.kind == "term":
        words = reference.label or reference.name
        return _term(target.id, words) if target is not None else escape(words)
    where = escape(address(target)) if target is not None else ""
    if reference.kind == "image":
        return f'<img src="{where}" alt="{escape(reference.label)}">'
    title = f' title="{escape(reference.label)}"' if reference.label else ""
    return f'<a href="{where}"{title}>'


def _term(term: str, words: str) -> str:
    return f'<a data-term="{escape(term)}" href="{ROOT}glossary.html#{escape(term)}">{escape(words)}</a>'


def _citation(reference: Reference, target: Target) -> str:
    key = escape(reference.name)
    locator = escape(reference.locator)
    if target.kind == "treaty":
        words = escape(target.text) + (f", {locator}" if locator else "")
        return f'<a data-cite="{key}" href="{ROOT}{escape(target.url)}">{words}</a>'
    after = f", {locator}" if locator else ""
    number = cite_mark(target.id)
    return f'<a data-cite="{key}" href="#_source-{key}" aria-label="{label_mark(target.id)}">{number}</a>{after}'


def address(target: Target) -> str:
    """Where a link or picture leads, with the marks for what its page knows."""
    return f"#{IDS}{target.id}" if target.kind == "heading" else f"{ROOT}{target.url}"
