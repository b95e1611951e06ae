"""Reference -> Target, or a diagnostic that offers the nearest. Each finder answers for one kind of reference."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from urllib.parse import unquote

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import Body, Image, Links, Record, Reference, Source, Target, Term, Treaty
from triptych.references.provision import heading_id, locate
from triptych.site.addresses import address_of, image_url, source_url, term_url, treaty_url
from triptych.site.autolink import TermMatcher
from triptych.site.catalogue import Catalogue
from triptych.site.facts import anchors_of, bodies, id_prefixes, is_draft, resolve_path
from triptych.text import nearest

DRAFT_HINT = "it is a draft: take `draft: true` out of `{path}`, or build with --drafts"
IMAGE_KINDS = "PNG, JPEG, GIF, WebP or AVIF"


def resolve_body(body: Body, record: Record, catalogue: Catalogue, matcher: TermMatcher, *, own: str = "") -> Outcome[Links]:
    """What stands in the body's slots; `own` is the id of the term whose entry this is, which is not linked to itself."""
    targets: list[Target | None] = []
    problems: list[Diagnostic] = []
    for reference in body.references:
        found = resolve_reference(reference, record, catalogue, body)
        targets.append(found.value)
        problems += found.diagnostics
    written = {target.id for target in targets if target is not None and target.kind == "term"}
    return Outcome(Links(tuple(targets), matcher.find(body.runs, taken=written | {own})), tuple(problems))


def resolve_reference(reference: Reference, record: Record, catalogue: Catalogue, body: Body) -> Outcome[Target]:
    match reference.kind:
        case "term":
            return find_term(reference, record, catalogue)
        case "treaty":
            return find_treaty(reference, record, catalogue)
        case "citation":
            return find_cited(reference, record, catalogue)
        case "image":
            return find_image(reference, record, catalogue)
        case _:
            return find_linked(reference, record, catalogue, body)


def find_term(reference: Reference, record: Record, catalogue: Catalogue) -> Outcome[Target]:
    term = catalogue.term(reference.name, drafts=is_draft(record))
    if term is not None:
        return Outcome(Target("term", term.id, term_url(term.id)))
    if draft := catalogue.term(reference.name, drafts=True):
        hint = DRAFT_HINT.format(path=draft.path)
    else:
        near = nearest(reference.name, _term_names(catalogue))
        hint = f"did you mean `[[{near}]]`?" if near else "add it under content/glossary/, or write the words without brackets"
    return _missing("unknown-term", f"no term is called `{reference.name}`", reference, hint)


def find_cited(reference: Reference, record: Record, catalogue: Catalogue) -> Outcome[Target]:
    """The source or treaty of a citation, and the provisions that its locator reaches."""
    found = catalogue.cited(reference.name, drafts=is_draft(record))
    if isinstance(found, Source):
        return Outcome(Target("source", found.id, source_url(found.id)))
    if isinstance(found, Treaty):
        return _find_provisions(reference, found, catalogue)
    if isinstance(draft := catalogue.cited(reference.name, drafts=True), Treaty):
        hint = DRAFT_HINT.format(path=draft.path)
    else:
        near = nearest(reference.name, (key for kind, key in catalogue.offering if kind == "cite"))
        hint = f"did you mean `@{near}`?" if near else "add it to content/sources.yaml, or under content/treaties/"
    code = "unknown-treaty" if heading_id(reference.locator, "") else "unknown-source"
    what = "treaty" if code == "unknown-treaty" else "source or treaty"
    return _missing(code, f"no {what} is called `{reference.name}`", reference, hint)


def find_treaty(reference: Reference, record: Record, catalogue: Catalogue) -> Outcome[Target]:
    """A treaty, where nothing else can be meant."""
    found = catalogue.cited(reference.name, drafts=is_draft(record))
    if isinstance(found, Treaty):
        return Outcome(Target("treaty", found.id, treaty_url(found.id), found.short))
    return Outcome(None, (report_unknown_treaty(reference.name, reference.span, catalogue, is_source=found is not None),))


def report_unknown_treaty(name: str, span: Span, catalogue: Catalogue, *, is_source: bool) -> Diagnostic:
    draft = catalogue.cited(name, drafts=True)
    if is_source:
        hint = f"that is a source: cite it in the context, `[@{name}]`"
    elif isinstance(draft, Treaty):
        hint = DRAFT_HINT.format(path=draft.path)
    else:
        near = nearest(name, (one.id for one in catalogue.every(Treaty)))
        hint = f"did you mean `{near}`?" if near else "add it under content/treaties/"
    return Diagnostic(code="unknown-treaty", message=f"no treaty is called `{name}`", span=span, hint=hint)


def _find_provisions(reference: Reference, treaty: Treaty, catalogue: Catalogue) -> Outcome[Target]:
    located = locate(reference.locator, catalogue.provisions(treaty))
    if located.missing:
        near = ", ".join(f"`{one}`" for one in located.near[:5])
        hint = f"the nearest that it has: {near}" if near else f"see the headings of `{treaty.path}`"
        message = f"`{treaty.path}` has no {', '.join(f'`{one}`' for one in located.missing)}"
        return _missing("unknown-provision", message, reference, hint)
    ids = located.ids
    return Outcome(Target("treaty", treaty.id, treaty_url(treaty.id, ids[0] if ids else ""), treaty.short, ids, located.is_exact))


def find_image(reference: Reference, record: Record, catalogue: Catalogue) -> Outcome[Target]:
    path = resolve_path(record.path, _plain(reference.name))
    if outside := _leads_out(path, reference):
        return outside
    found = catalogue.find(("file", path))
    if isinstance(found, Image) and found.extension:
        return Outcome(Target("image", path, image_url(found)))
    if isinstance(found, Image):
        return _missing("bad-image", f"`{path}` is not a {IMAGE_KINDS} file by its first bytes", reference,
                        f"convert it to {IMAGE_KINDS}")  # fmt: skip
    if found is not None or not path.startswith("content/"):
        return _missing("bad-image", f"`{path}` is not a picture under content/", reference,
                        f"put a {IMAGE_KINDS} file under content/ and name it here")  # fmt: skip
    return _missing("broken-link", f"there is no file `{path}`", reference, _near_path(path, record, catalogue, pictures=True))


def find_linked(reference: Reference, record: Record, catalogue: Catalogue, body: Body) -> Outcome[Target]:
    """A link to a content file, to something in one, or to a heading of the same body."""
    file, _, anchor = _plain(reference.name).partition("#")
    if not file:
        return _find_heading(reference, anchor, record, body)
    path = resolve_path(record.path, file)
    if outside := _leads_out(path, reference):
        return outside
    found = catalogue.find(("file", path), drafts=is_draft(record))
    if found is None or not address_of(found) or isinstance(found, Image):
        draft = catalogue.find(("file", path), drafts=True)
        if draft is not None and is_draft(draft):
            hint = DRAFT_HINT.format(path=path)
        else:
            hint = _near_path(path, record, catalogue)
        return _missing("broken-link", f"no content file stands at `{path}`", reference, hint)
    if anchor and anchor not in anchors_of(found):
        near = nearest(anchor, anchors_of(found))
        hint = f"did you mean `#{near}`?" if near else "give the heading an id: `## Heading {#" + anchor + "}`"
        return _missing("broken-link", f"`{path}` has no heading `#{anchor}`", reference, hint)
    return Outcome(Target("page", path, _address_in(found, anchor)))


def _find_heading(reference: Reference, anchor: str, record: Record, body: Body) -> Outcome[Target]:
    if any(heading.id == anchor for heading in body.headings):
        return Outcome(Target("heading", anchor))
    if anchor in anchors_of(record):
        return Outcome(Target("page", "", _address_in(record, anchor)))
    near = nearest(anchor, anchors_of(record))
    hint = f"did you mean `#{near}`?" if near else "give the heading an id: `## Heading {#" + (anchor or "id") + "}`"
    return _missing("broken-link", f"no heading here has the id `{anchor}`", reference, hint)


def _address_in(record: Record, anchor: str) -> str:
    """The address of something within a file's page; the ids of a body carry its prefix."""
    page, _, own = address_of(record).partition("#")
    if anchor:
        prefixes = zip(bodies(record), id_prefixes(record), strict=True)
        own = next((prefix for body, prefix in prefixes if any(h.id == anchor for h in body.headings)), "") + anchor
    return f"{page}#{own}" if own else page


def _leads_out(path: str, reference: Reference) -> Outcome[Target] | None:
    if path == ".." or path.startswith("../"):
        return _missing("unsafe-path", f"`{reference.name}` leads out of the site", reference,
                        "link to a file under content/, or to a full https address")  # fmt: skip
    return None


def _near_path(path: str, record: Record, catalogue: Catalogue, *, pictures: bool = False) -> str:
    """The nearest file that is there, as it would be written in the record's own."""
    known = (one for one, other in catalogue.records.items() if isinstance(other, Image) == pictures and other is not record)
    near = nearest(path, known)
    if near is None:
        return "check the path: it counts from the file that the link stands in"
    return f"did you mean `{posixpath.relpath(near, posixpath.dirname(record.path))}`?"


def _term_names(catalogue: Catalogue) -> Iterable[str]:
    return (name.text for term in catalogue.every(Term) for name in term.names)


def _plain(address: str) -> str:
    """An address as the file system has it: what CommonMark encodes is decoded."""
    return unquote(address)


def _missing(code: str, message: str, reference: Reference, hint: str) -> Outcome[Target]:
    return Outcome(None, (Diagnostic(code=code, message=message, span=reference.span, hint=hint),))
