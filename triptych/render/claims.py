"""The panels of claims, each rendered once: the document's page and the claim's own show the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote as percent

from markupsafe import Markup

from triptych.diagnostics import Diagnostic
from triptych.model import Annotation, CitedTreaty, Document, Passage, Source, Treaty
from triptych.panels import PANELS
from triptych.panels.kind import ShownClaim, ShownProvision, ShownTreaty
from triptych.render.entries import EntryShelf
from triptych.render.frame import canonical
from triptych.render.passages import Marked, MarkedText, mark_text, render_quote
from triptych.render.shown import claim_title, document_language, document_title, last_changed, show_source
from triptych.render.slots import ROOT, set_ids
from triptych.render.templates import Templates
from triptych.render.views import CitedSource
from triptych.site.addresses import claim_url, source_url, treaty_url
from triptych.site.facts import id_prefixes
from triptych.site.state import Site
from triptych.words import Wording

LONGEST_WORDS = 8  # of a passage in an address: a longer one is named by its first and last four


class ClaimShelf:
    """Marked documents of one run, and panels and references of this one and earlier ones."""

    def __init__(
        self,
        site: Site,
        fragments: Mapping[str, Sequence[str]],
        templates: Templates,
        entries: EntryShelf,
        words: Wording,
        base_url: str,
    ) -> None:
        """`entries` are what earlier runs have rendered; what is new is added."""
        self.site = site
        self.fragments = fragments
        self.templates = templates
        self.words = words
        self.base_url = base_url
        self.faults: list[Diagnostic] = []
        self.entries = entries
        self._marked: dict[str, MarkedText] = {}

    def marked(self, document: Document) -> MarkedText:
        """A document with the passages of its claims."""
        if document.id not in self._marked:
            claims = enumerate(self.site.claims(document.id), 1)
            places = [self._place(one, number) for number, one in claims]
            self._marked[document.id] = mark_text(document, places)
        return self._marked[document.id]

    def marked_for(self, document: Document, annotation: Annotation, number: int) -> MarkedText:
        """A document with the passages of one claim alone, so that the claim's page has no number that leads nowhere."""
        return mark_text(document, [self._place(annotation, number)])

    def _place(self, annotation: Annotation, number: int) -> Marked:
        label = self.words.plain("passage-number", number=number, title=claim_title(annotation))
        return Marked(annotation.id, number, label, self.site.meaning(annotation).passages)

    def panels(self, annotation: Annotation, number: int, document: Document) -> Markup:
        """The sections of a claim, in order."""
        panels, address = self.entries.panels, claim_url(annotation.doc, annotation.id)
        if address not in panels:
            shown = self.show(annotation, number, document)
            sections = tuple((kind.name, self.render(kind.template, panel=kind.view(shown))) for kind in PANELS)
            panels[address] = self.render("parts/panels.html", panels=sections)
        return panels[address]

    def render(self, template: str, **values: object) -> Markup:
        """A part of a page; where its template is broken, nothing, and a fault is kept."""
        rendered = self.templates.render_fragment(template, words=self.words, **values)
        self.faults += rendered.diagnostics
        return rendered.value or Markup()

    def sources(self, numbers: Mapping[str, int]) -> tuple[CitedSource, ...]:
        """The sources that a page cites, by their numbers on it."""
        found = ((self.site.catalogue.source(key), number) for key, number in numbers.items())
        return tuple(self._cited(source, number) for source, number in found if source is not None)

    def _cited(self, source: Source, number: int) -> CitedSource:
        references = self.entries.references
        if source.id not in references:
            references[source.id] = self.render("parts/source.html", source=show_source(source, self.site.config, self.words))
        reference = references[source.id]
        url = ROOT + source_url(source.id)
        return CitedSource(key=source.id, id=f"_source-{source.id}", number=number, reference=reference, page_url=url)

    def show(self, annotation: Annotation, number: int, document: Document) -> ShownClaim:
        site = self.site
        meaning = site.meaning(annotation)
        bodies = [
            Markup(set_ids(fragment, prefix))
            for fragment, prefix in zip(self.fragments[annotation.path], id_prefixes(annotation), strict=True)
        ]
        notes = 1 + len(annotation.treaties)
        repository = site.config.repository
        return ShownClaim(
            annotation=annotation,
            number=number,
            title=claim_title(annotation),
            document=document_title(site, annotation.doc),
            address=canonical(self.base_url, claim_url(annotation.doc, annotation.id)),
            changed=last_changed(site, annotation, self.words),
            quotes=tuple(render_quote(document, passage) for passage in meaning.passages),
            language=document_language(site, annotation.doc),
            words=f"#_passage-{annotation.id}",
            share=ROOT + claim_url(annotation.doc, annotation.id),
            original=self._original(annotation, document, meaning.passages),
            edit_url=repository + annotation.path if repository else "",
            report_url=_report_url(site.config.contact, claim_title(annotation), annotation),
            context=bodies[0],
            corrections=tuple(bodies[notes:]),
            treaties=tuple(self._treaties(annotation, meaning.treaties, bodies[1:notes])),
            config=site.config,
            wording=self.words,
        )

    def _treaties(self, annotation: Annotation, cited: Sequence[CitedTreaty], notes: Sequence[Markup]) -> list[ShownTreaty]:
        found = ((one, self.site.catalogue.treaty(one.treaty)) for one in cited)
        return [
            ShownTreaty(
                treaty=treaty,
                cited=one,
                url=ROOT + treaty_url(treaty.id),
                note=notes[one.note] if one.note >= 0 else Markup(),
                provisions=tuple(self._provisions(annotation, treaty, one.provisions)),
            )
            for one, treaty in found
            if treaty is not None
        ]

    def _provisions(self, annotation: Annotation, treaty: Treaty, ids: Sequence[str]) -> list[ShownProvision]:
        """The provisions cited, each with those that stand below it in the file."""
        shown: dict[str, ShownProvision] = {}
        fragments = self.fragments[treaty.path][1:]
        depths: dict[str, int] = {}
        for provision, fragment in zip(treaty.provisions, fragments, strict=True):
            if provision.parent in depths:
                depths[provision.id] = depths[provision.parent] + 1
            elif provision.id in ids:
                depths[provision.id] = 0
            else:
                continue
            prefix = f"{annotation.id}--{treaty.id}--{provision.id}--"
            shown[provision.id] = ShownProvision(
                provision=provision,
                url=ROOT + treaty_url(treaty.id, provision.id),
                markup=Markup(set_ids(fragment, prefix)),
                depth=depths[provision.id],
                is_cited=provision.id in ids,
            )
        return list(shown.values())

    def _original(self, annotation: Annotation, document: Document, passages: Sequence[Passage]) -> str:
        """The passage at the publisher's, by text fragment: whole words, `-` encoded, never into a PDF."""
        about = self.site.catalogue.about(annotation.doc)
        if about is None or not about.url or about.url.lower().partition("?")[0].endswith(".pdf"):
            return ""
        start, end = passages[0].pieces[0]
        text = document.text
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        words = text[start:end].split()
        if len(words) > LONGEST_WORDS:
            half = LONGEST_WORDS // 2
            directive = ",".join(_encode(" ".join(part)) for part in (words[:half], words[-half:]))
        else:
            directive = _encode(" ".join(words))
        return f"{about.url}{'' if '#' in about.url else '#'}:~:text={directive}"


def _report_url(contact: str, title: str, annotation: Annotation) -> str:
    """Where a reader can say that something is wrong: a letter that names the claim, or the site's own page for it."""
    if contact.startswith(("https://", "http://")):
        return contact
    if "@" not in contact or " " in contact or "/" in contact:
        return ""
    subject = f"{title} ({annotation.doc}/{annotation.id})"
    return f"mailto:{percent(contact, safe='@')}?subject={percent(subject, safe='')}"


def _encode(words: str) -> str:
    return percent(words, safe="").replace("-", "%2D")
