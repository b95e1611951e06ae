"""The stages composed: changed files in, changed outputs and all diagnostics out.

A clean build is an update of nothing by everything, so that both go one way. The state between two updates is texts,
facts, fragments and the digest of each output; tokens and pages are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from triptych.batches import Progress, make_pages, read_files
from triptych.check import check_claim, check_site, consequence_of
from triptych.config import CONFIG_PATH, read_config
from triptych.diagnostics import Diagnostic, Outcome, Span, as_warning, has_errors
from triptych.model import Annotation, Config, Image, Key, Record
from triptych.read.decode import as_shown, decode
from triptych.read.files import read_own_theme, read_own_words
from triptych.read.records import Reading
from triptych.render.assets import make_assets
from triptych.render.entries import EntryShelf
from triptych.render.fill import fill_body
from triptych.render.forwards import Forwards
from triptych.render.frame import Assets, Skeleton, make_menu
from triptych.render.html import PageMaker, all_pages
from triptych.render.impact import Impact, Listing, doc_of, listing_of
from triptych.render.templates import Templates, load_templates
from triptych.render.wording import Wordings
from triptych.resolve.anchors import index_document
from triptych.resolve.records import Seed, resolve_record
from triptych.site.addresses import image_url
from triptych.site.facts import bodies, is_draft, names_of
from triptych.site.state import Site
from triptych.text import fold

NEAREST_SOUGHT = 20  # missing quotes of a document for which the nearest passage is looked up
THEME = "theme/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to build, besides what the site itself says."""

    drafts: bool = False  # drafts are published
    strict: bool = False  # warnings stop a build as errors do
    base_url: str = ""  # in place of site.toml's
    jobs: int = 1  # processes that share the work where there is much of it; what comes of it is the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What an update came to."""

    outputs: Mapping[str, bytes] = field(default_factory=dict)  # those that are new or differ; none where there are errors
    removed: frozenset[str] = frozenset()  # outputs that are no longer made
    diagnostics: tuple[Diagnostic, ...] = ()  # of the whole site, by file and place
    made: frozenset[str] = frozenset()  # pages that were rendered
    is_good: bool = False


class Builder:
    """A site being built, and built again as its files change. Nobody else changes what it holds."""

    def __init__(
        self,
        *,
        theme: Mapping[str, bytes] | None = None,
        options: Options = Options(),
        progress: Progress | None = None,
    ) -> None:
        """`theme`: the theme's files by path, `theme/templates/base.html` and so on; None for the one that Triptych brings.

        A site's own theme files come by `update`.
        """
        self.options = options
        self.progress = progress
        self._theme = dict(theme if theme is not None else read_own_theme())
        self._own_theme: dict[str, bytes] = {}
        self._wordings = Wordings(read_own_words())
        self._files: dict[str, bytes] = {}  # content and seeds, as they are
        self._config = Config(title="")
        self._site = Site(self._config, drafts=options.drafts)
        self._fragments: dict[str, tuple[str, ...]] = {}
        self._read_problems: dict[str, tuple[Diagnostic, ...]] = {}
        self._resolve_problems: dict[str, tuple[Diagnostic, ...]] = {}
        self._unread: set[str] = set()  # files of which it is not known what they mention
        self._theme_problems: tuple[Diagnostic, ...] = ()
        self._machine_problems: tuple[Diagnostic, ...] = ()  # of the present update
        self._config_problems: tuple[Diagnostic, ...] = ()
        self._templates: Templates | None = None
        self._template_texts: dict[str, str] = {}
        self._template_problems: tuple[Diagnostic, ...] = ()
        self._assets = Assets((), (), "", {})
        self._skeleton: Skeleton | None = None
        self._entries = EntryShelf()
        self._forwards = Forwards()
        self._pending: set[str] = set()  # pages to be made once there are no errors
        self._plain: set[str] = set()  # addresses of pictures and of the theme's files, as last handed out
        self._digests: dict[str, bytes] = {}  # output path -> SHA-256 of what was last handed out

    # --- questions ---------------------------------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        return self._site

    def source(self, path: str) -> str | None:
        """A file's text for a report, as an editor shows it; None where the builder has none."""
        data = self._files.get(path, self._own_theme.get(path, self._theme.get(path)))
        return None if data is None else as_shown(data)

    # --- updates -----------------------------------------------------------------------------------------------------

    def update(self, changes: Mapping[str, bytes | None]) -> Build:
        """Take in changed files (None: gone) and make what they touch."""
        theme = {path: data for path, data in changes.items() if path.startswith(THEME)}
        content = {path: data for path, data in changes.items() if not path.startswith(THEME)}
        everything = self._take_theme(theme)
        for path, data in content.items():
            if data is None:
                self._files.pop(path, None)
            else:
                self._files[path] = data
        if CONFIG_PATH in content or self._skeleton is None:
            changed = self._take_config()
            if changed:
                content = dict.fromkeys([*self._files, *content])
                content = {path: self._files.get(path) for path in content}
                everything = True
        impact = self._take_content({path: data for path, data in content.items() if path != CONFIG_PATH})
        everything |= self._frame()
        if everything:
            self._entries.clear()
        self._entries.forget(terms=impact.terms, sources=impact.sources, pages=impact.pages)
        self._forwards.follow(self._site, impact, everything=everything)
        self._pending |= impact.pages
        if everything:
            self._pending |= all_pages(self._site) | self._forwards.links.keys() | (self._digests.keys() - self._plain)
        return self._finish()

    def _take_theme(self, changes: Mapping[str, bytes | None]) -> bool:
        """Learn the site's own theme files; whether all pages change."""
        for path, data in changes.items():
            if data is None:
                self._own_theme.pop(path, None)
            else:
                self._own_theme[path] = data
        if not changes and self._templates is not None:
            return False
        theme = {path.removeprefix(THEME): data for path, data in (self._theme | self._own_theme).items()}
        texts = {path: data.decode("utf-8", "replace") for path, data in theme.items() if path.startswith("templates/")}
        if texts != self._template_texts:  # a style alone costs no new templates
            self._template_texts = texts
            loaded = load_templates(texts)
            self._templates, self._template_problems = loaded.value, loaded.diagnostics
        self._theme_problems = self._template_problems + self._wordings.learn(theme)
        self._assets = make_assets(theme)
        return True

    def _take_config(self) -> bool:
        """Learn site.toml; whether anything in it has changed."""
        data = self._files.get(CONFIG_PATH)
        before = self._config
        decoded: Outcome[str] = decode(data, CONFIG_PATH) if data is not None else Outcome(None)
        self._config_problems = decoded.diagnostics
        if data is None or decoded.value is not None:
            outcome = read_config(decoded.value)
            self._config_problems += outcome.diagnostics
            self._config = outcome.value or before
        self._site.config = self._config
        self._site.make_matcher()
        return self._config != before or self._skeleton is None

    def _take_content(self, changes: Mapping[str, bytes | None]) -> Impact:
        """Read what changed, resolve what that touches, and say which pages show it."""
        site, catalogue = self._site, self._site.catalogue
        readings = self._read(changes)
        old = {path: catalogue.records.get(path) for path in readings}
        docs = {doc_of(record) for path in readings for record in (old[path], readings[path].record)} - {""}
        before = {doc: listing_of(site, doc) for doc in docs}
        keys: set[Key] = set()
        for path, reading in readings.items():
            keys |= site.replace(path, reading.record)
            self._note(path, reading)
        for doc in docs:
            site.forget_order(doc)
        impact = Impact(site)
        resolved = self._resolve_all(self._affected(old, keys), impact)
        for path, reading in readings.items():
            if old[path] != reading.record:
                impact.of_record(old[path], reading.record)
        self._list_again(before, resolved, impact)
        return impact

    def _read(self, files: Mapping[str, bytes | None]) -> dict[str, Reading]:
        """What each file says. Where processes fail this one reads alone, so that it knows the site, but the build has failed."""
        self._machine_problems = ()
        try:
            return read_files(files, config=self._config, jobs=self.options.jobs, progress=self.progress)
        except OSError as error:
            self._machine_problems = (_machine_fault(error),)
            return read_files(files, config=self._config, progress=self.progress)

    def _note(self, path: str, reading: Reading) -> None:
        """Keep what was wrong with a file, and whether it could be read."""
        problems = reading.diagnostics
        if reading.record is not None and is_draft(reading.record) and not self.options.drafts:
            problems = tuple(as_warning(problem) for problem in problems)
        _put(self._read_problems, path, problems)
        if reading.record is None and has_errors(problems):
            self._unread.add(path)
        else:
            self._unread.discard(path)

    def _affected(self, old: Mapping[str, Record | None], keys: set[Key]) -> set[str]:
        """The files to resolve again: those that changed, and those that mention a key whose meaning changed.

        `old`: what the changed files said before.
        """
        catalogue = self._site.catalogue
        affected = set(old)
        for key in keys:
            affected |= catalogue.mentioning.get(key, set())
        if keys:  # what a reference that leads nowhere may have been meant for
            affected.update(path for path, found in self._resolve_problems.items() if any(map(_leads_nowhere, found)))
        terms = [catalogue.records[path] for key in keys if key[0] == "term" for path in catalogue.offering.get(key, ())]
        names = {name for record in (*old.values(), *terms) for name in names_of(record) if ("term", fold(name)) in keys}
        if names:
            self._site.make_matcher()
            affected.update(self._site.texts_naming(names))
        for doc in {doc_of(catalogue.records.get(path)) for path in affected} - {""}:
            missing = [path for path in catalogue.claims.get(doc, ()) if _misses_quote(self._resolve_problems.get(path, ()))]
            if len(missing) >= NEAREST_SOUGHT:
                affected.update(missing)
        return affected

    def _resolve_all(self, paths: Iterable[str], impact: Impact) -> set[str]:
        """Resolve files in order; the documents whose claims may have moved."""
        site = self._site
        moved: set[str] = set()
        seed: Seed | None = None
        missing = 0
        for path in sorted(paths):
            record = site.catalogue.records.get(path)
            if isinstance(record, Annotation):
                document = site.catalogue.document(record.doc)
                if document is None:
                    seed = None
                elif seed is None or seed.document is not document:
                    seed, missing = Seed(document, index_document(document)), 0
                moved.add(record.doc)
            if record is None:
                impact.of_uses(site.set_resolved(path, None))
                self._fragments.pop(path, None)
                self._resolve_problems.pop(path, None)
                continue
            at = replace(seed, seek_nearest=missing < NEAREST_SOUGHT) if seed is not None and missing else seed
            missing += self._resolve(record, at if isinstance(record, Annotation) else None, impact)
        return moved

    def _resolve(self, record: Record, seed: Seed | None, impact: Impact) -> int:
        """Resolve one file, fill its bodies; how many of its quotes are missing."""
        site, path = self._site, record.path
        outcome = resolve_record(record, site.catalogue, site.matcher, seed)
        resolved = outcome.value
        assert resolved is not None  # a record always means something
        before = site.resolved.get(path)
        impact.of_uses(site.set_resolved(path, resolved))
        problems = [*outcome.diagnostics]
        if isinstance(record, Annotation):
            problems += check_claim(record, site)
        _put(self._resolve_problems, path, tuple(problems))
        fragments = tuple(fill_body(body, links) for body, links in zip(bodies(record), resolved.links, strict=True))
        known = self._fragments.get(path, ())
        self._fragments[path] = fragments
        if before != resolved or known != fragments:
            changed = [number for number, one in enumerate(fragments) if number >= len(known) or known[number] != one]
            impact.of_fragments(record, changed)
        return sum(problem.code == "quote-not-found" for problem in problems)

    def _list_again(self, before: Mapping[str, Listing], moved: set[str], impact: Impact) -> None:
        """Find what has become of the order of claims."""
        for doc in moved - before.keys():
            known = listing_of(self._site, doc)
            self._site.forget_order(doc)
            impact.of_listing(doc, known, listing_of(self._site, doc))
        for doc, listing in before.items():
            self._site.forget_order(doc)
            impact.of_listing(doc, listing, listing_of(self._site, doc))

    def _frame(self) -> bool:
        """Make the skeleton of all pages anew; whether it differs. Without any words there is none."""
        words = self._wordings.choose(self._config.language)
        if words is None:
            return False
        base_url = self.options.base_url or self._config.base_url
        skeleton = Skeleton(self._config, base_url.rstrip("/"), make_menu(self._site, words), self._assets, words)
        differs = skeleton != self._skeleton
        self._skeleton = skeleton
        return differs

    # --- the end of an update ----------------------------------------------------------------------------------------

    def _finish(self) -> Build:
        """Report, and where nothing forbids it make the pages that are due."""
        problems = self._problems()
        if self._is_bad(problems) or self._templates is None or self._skeleton is None:
            return Build(diagnostics=_sorted(problems))
        maker = PageMaker(self._site, self._fragments, self._templates, self._skeleton, self._entries, self._forwards.links)
        faults: tuple[Diagnostic, ...]
        try:
            made, faults = make_pages(maker, self._pending, jobs=self.options.jobs, progress=self.progress)
        except OSError as error:
            made, faults = {}, (_machine_fault(error),)
        if faults:
            self._entries.clear()
            return Build(diagnostics=_sorted([*problems, *faults]))
        self._entries.tidy()
        pages = frozenset(path for path, data in made.items() if data is not None)
        outputs, removed = self._changed({**made, **self._plain_files()})
        self._pending.clear()
        return Build(outputs=outputs, removed=removed, diagnostics=_sorted(problems), made=pages, is_good=True)

    def _plain_files(self) -> dict[str, bytes | None]:
        """New pictures and files of the theme, whose names tell their content; None for those that are no longer wanted."""
        wanted: dict[str, bytes] = dict(self._assets.files)
        for path in self._site.pictures:
            image = self._site.catalogue.records.get(path)
            if isinstance(image, Image):
                wanted[image_url(image)] = image.data
        before, self._plain = self._plain, set(wanted)
        return {**dict.fromkeys(before - self._plain), **{path: wanted[path] for path in self._plain - before}}

    def _changed(self, made: Mapping[str, bytes | None]) -> tuple[dict[str, bytes], frozenset[str]]:
        outputs: dict[str, bytes] = {}
        removed: set[str] = set()
        for path, data in made.items():
            if data is None:
                if self._digests.pop(path, None) is not None:
                    removed.add(path)
                continue
            digest = sha256(data).digest()
            if self._digests.get(path) != digest:
                self._digests[path] = digest
                outputs[path] = data
        return outputs, frozenset(removed)

    def _problems(self) -> list[Diagnostic]:
        problems = [*self._machine_problems, *self._config_problems, *self._theme_problems]
        problems += (one for found in self._read_problems.values() for one in found)
        follows = consequence_of(self._unread)
        problems += (one for found in self._resolve_problems.values() for one in found if not follows(one))
        erring = {one.span.path for one in problems if one.severity == "error"}
        suspects = {path: self.source(path) or "" for path in erring if path in self._files}
        problems = [one for one in problems if one.code != "no-source" or one.span.path not in erring]
        codes = {one.code for one in problems}
        return problems + check_site(self._site, suspects=suspects, unread=self._unread, codes=codes)

    def _is_bad(self, problems: list[Diagnostic]) -> bool:
        return has_errors(problems) or (self.options.strict and bool(problems))


def build_site(
    files: Mapping[str, bytes], *, theme: Mapping[str, bytes] | None = None, options: Options = Options()
) -> Build:
    """A whole site at once: `files` by path relative to the site, `theme` as for Builder."""
    return Builder(theme=theme, options=options).update(files)


def _machine_fault(error: OSError) -> Diagnostic:
    """What became of a process, in the place of a file that there is not."""
    hint = "run the same command again with fewer `--jobs`: memory may have run out"
    return Diagnostic(code="io", message=(error.strerror or str(error)).lower(), span=Span("content", 1, 1), hint=hint)


def _put(problems: dict[str, tuple[Diagnostic, ...]], path: str, found: tuple[Diagnostic, ...]) -> None:
    if found:
        problems[path] = found
    else:
        problems.pop(path, None)


def _leads_nowhere(problem: Diagnostic) -> bool:
    return problem.code.startswith("unknown-") or problem.code == "broken-link"


def _misses_quote(problems: Iterable[Diagnostic]) -> bool:
    return any(problem.code == "quote-not-found" for problem in problems)


def _sorted(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file and place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.span, one.code, one.message)))
