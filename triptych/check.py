"""What is wrong with a site as a whole, once every file has been read and resolved.

A rule is a function from the site to diagnostics, named in `check_site`; a panel type brings its own, asked claim by claim.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from triptych.diagnostics import Diagnostic, Severity, Span, as_warning
from triptych.model import Annotation, Document, Key, Record, Source, Term, Treaty
from triptych.panels import PANELS
from triptych.resolve.changed import seeds_are_as_recorded
from triptych.site.catalogue import ANNOTATIONS
from triptych.site.facts import is_draft
from triptych.site.state import Site
from triptych.text import nearest

# How the kinds of duplicate are called.
_KINDS = {
    "cite": "a treaty or source",
    "document": "a document",
    "about": "a document",
    "claim": "a claim of this document",
    "page": "a page",
    "term-id": "a term",
    "term": "a term",
    "former": "something that is, or was, of this kind",
}


def check_claim(annotation: Annotation, site: Site) -> Iterator[Diagnostic]:
    """The panels' own rules for one claim."""
    resolved = site.meaning(annotation)
    for kind in PANELS:
        for rule in kind.rules:
            if not is_draft(annotation):
                yield from rule(annotation, resolved)


def names_are_given_once(site: Site) -> Iterator[Diagnostic]:
    """Ids are unique within their kind, and no two terms share a name. A draft that is not published comes after all others."""
    catalogue = site.catalogue
    for key in site.doubts.crowded:
        kind, name = key
        paths = catalogue.offering[key]
        if kind not in _KINDS or (len(paths) == 1 and kind == "term"):
            continue
        spans = [offer.span for path in paths for offer in catalogue.facts[path].offers[key]]
        hidden = {path for path in paths if not catalogue.is_published(catalogue.records[path])}
        first, *others = sorted(spans, key=lambda span: (span.path in hidden, span))
        for span in others:
            duplicate = _duplicate(kind, name, span, first)
            yield as_warning(duplicate) if span.path in hidden else duplicate


def _duplicate(kind: str, name: str, span: Span, first: Span) -> Diagnostic:
    shown = name.rpartition("/")[2] if kind in ("claim", "former") else name
    where = first.path if first.line == first.column == 1 else f"{first.path}:{first.line}:{first.column}"
    return Diagnostic(
        code="duplicate-id",
        message=f"`{shown}` is the name of {_KINDS[kind]} in `{first.path}` already",
        span=span,
        hint=f"give one of the two another name: this one, or that at {where}",
    )


def former_ids_are_free(site: Site) -> Iterator[Diagnostic]:
    """An old id leads to one place: nothing of its kind is called so now, and nothing else was."""
    catalogue = site.catalogue
    for key in site.doubts.contested:
        living = catalogue.find(key)
        former = [path for path in sorted(catalogue.formerly[key]) if catalogue.is_published(catalogue.records[path])]
        first = [living.path] if living is not None else former[:1]
        for path in former:
            if path not in first:
                yield _duplicate("former", key[1], Span(path, 1, 1), Span(first[0], 1, 1))


def documents_have_what_they_need(site: Site, unread: Collection[str]) -> Iterator[Diagnostic]:
    """A document has an index.md; annotations have a document. A file that could not be read is there all the same.

    Where only drafts have no document, that is a problem of drafts.
    """
    catalogue = site.catalogue
    seeds = {path.rpartition("/")[2].rpartition(".")[0] for path in unread if path.startswith("seeds/")}
    for doc in site.doubts.incomplete:
        seed_paths = catalogue.offering.get(("document", doc), ())
        if seed_paths and f"{ANNOTATIONS}{doc}/index.md" not in unread:
            yield from (_no_index(doc, path) for path in seed_paths)
        elif not seed_paths and doc not in seeds:
            records = [catalogue.records[path] for path in catalogue.folders[doc]]
            places = ((not catalogue.is_published(one), not one.path.endswith("/index.md"), one.path) for one in records)
            is_hidden, _, path = min(places)
            missing = _no_document(doc, path, site)
            yield as_warning(missing) if is_hidden else missing


def _no_index(doc: str, path: str) -> Diagnostic:
    return Diagnostic(
        code="no-index",
        message=f"nothing is said about this document: there is no content/annotations/{doc}/index.md",
        span=Span(path, 1, 1),
        hint=f"write content/annotations/{doc}/index.md with at least `title: …` between two lines `---`",
        severity=Severity.WARNING,
    )


def _no_document(folder: str, path: str, site: Site) -> Diagnostic:
    near = nearest(folder, (document.id for document in site.catalogue.every(Document)))
    hint = f"add seeds/{folder}.txt or seeds/{folder}.md"
    return Diagnostic(
        code="unknown-document",
        message=f"there is no seed document `{folder}` for the annotations in content/annotations/{folder}/",
        span=Span(path, 1, 1),
        hint=hint + (f", or rename the folder: did you mean `{near}`?" if near else ""),
    )


def everything_is_used(site: Site, suspects: Mapping[str, str], codes: Collection[str]) -> Iterator[Diagnostic]:
    """Sources, treaties and terms that nothing refers to.

    What a file with errors might use is not reported, nor what a draft uses: `suspects` are the texts of files with errors,
    by path, and a reference that leads nowhere (`codes` are those of all problems) may have been meant for any of its kind.
    """
    catalogue = site.catalogue
    texts = [text.casefold() for text in suspects.values()]
    mistaken = {"unknown-source", "unknown-treaty", "bad-citation"} & set(codes)

    def is_used(names: Collection[str], *keys: Key) -> bool:
        return any(site.used_by.get(key) for key in keys) or any(name.casefold() in text for name in names for text in texts)

    for kind, name in site.doubts.unused:
        if kind == "cite":
            found: Record | Source | None = catalogue.cited(name) if not mistaken else None
        else:
            found = catalogue.find((kind, name)) if "unknown-term" not in codes else None
        match found:
            case Source(id=key) if not is_used((key,), ("source", key)):
                yield _unused("source", key, found.span, f"cite it with `[@{key}]`, or take it out")
            case Treaty(id=key, path=path) if not is_used((key,), ("treaty", key), ("file", path)):
                yield _unused("treaty", key, Span(path, 1, 1), f"cite it with `[@{key}, …]`, or take it out")
            case Term(id=key, path=path) if not is_used(
                (*(one.text for one in found.names), key), ("term", key), ("term elsewhere", key), ("file", path)
            ):
                hint = f"link it with `[[{found.term}]]`, give it the aliases that occur, or take it out"
                yield _unused("term", found.term, Span(path, 1, 1), hint)
            case _:
                pass


def _unused(kind: str, name: str, span: Span, hint: str) -> Diagnostic:
    message = f"nothing refers to the {kind} `{name}`"
    return Diagnostic(code=f"unused-{kind}", message=message, span=span, hint=hint, severity=Severity.WARNING)


def consequence_of(unread: Collection[str]) -> Callable[[Diagnostic], bool]:
    """Whether a problem is only that a file could not be read, which is reported already."""
    folders = {path.split("/")[1] for path in unread}
    named = {f"`{path.rpartition('/')[2].rpartition('.')[0]}`" for path in unread if path.startswith("content/treaties/")}
    has_sources = any(path.startswith("content/sources.") for path in unread)
    paths = {f"`{path}`" for path in unread}

    def follows(problem: Diagnostic) -> bool:
        match problem.code:
            case "unknown-source" | "unknown-treaty":
                return has_sources or any(name in problem.message for name in named)
            case "unknown-term":
                return "glossary" in folders
            case "broken-link":
                return any(path in problem.message for path in paths)
            case _:
                return False

    return follows


def check_site(site: Site, *, suspects: Mapping[str, str], unread: Collection[str], codes: Collection[str]) -> list[Diagnostic]:
    """Everything that only the whole site shows.

    `suspects`: the texts of files with errors; `unread`: files of which no record could be made; `codes`: of all problems.
    """
    found = [
        *names_are_given_once(site),
        *former_ids_are_free(site),
        *documents_have_what_they_need(site, unread),
        *seeds_are_as_recorded(site),
    ]
    if not unread:
        found += everything_is_used(site, suspects, codes)
    return found
