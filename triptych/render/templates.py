"""The theme: templates made ready and filled, styles joined. Knows sources that somebody else has read; no disk, no site.

A theme is a mapping of names to texts, with names relative to the theme's folder: `templates/pages/free.html`,
`css/main.css`. Inside a template, others are named from `templates/`: `parts/row.html`. A template's fault is a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, TemplateSyntaxError, nodes
from markupsafe import Markup

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.words import UnknownWordsError

TEMPLATES = "templates/"
STYLES = "css/"

# Within a layer the later rule wins, so what draws every panel comes before what draws one.
STYLE_ORDER = ("main", "tokens", "reset", "base", "layout", "layout/", "panel", "panels/", "parts", "parts/", "", "print")

_REFERRING = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


class _Parsed(BaseLoader):
    """Compiles templates from their parsed form."""

    def __init__(self, sources: Mapping[str, str], trees: Mapping[str, nodes.Template], path: Callable[[str], str]) -> None:
        self._sources = sources
        self._trees = trees
        self._path = path

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:
        if name not in self._sources:
            raise TemplateNotFound(name)
        code = environment.compile(self._trees.get(name, self._sources[name]), name, self._path(name))
        return environment.template_class.from_code(environment, code, globals or {})


class Templates:
    """Templates ready to be filled. Its one state is Jinja's cache of compiled templates, which only Jinja changes."""

    def __init__(self, sources: Mapping[str, str], *, folder: str) -> None:
        self._sources = dict(sources)
        self._folder = folder
        self._trees: dict[str, nodes.Template] = {}  # templates without faults of syntax, parsed once
        self._environment = Environment(
            loader=_Parsed(self._sources, self._trees, self.path),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            cache_size=-1,
        )

    def render(self, name: str, **values: object) -> Outcome[str]:
        """Fill a template, named from `templates/`; where it has a fault, there is no value and one `template` diagnostic."""
        try:
            return Outcome(self._environment.get_template(name).render(values))
        except TemplateSyntaxError as fault:
            return Outcome(None, (_syntax_fault(fault, self.path(fault.name or name)),))
        except Exception as fault:
            # Whatever a template calls may raise anything. What never reached a template is our own mistake, and is not caught.
            place = self._place(fault.__traceback__)
            if place is not None:
                return Outcome(None, (_fault(_wording(fault), Span(*place, 1), _way_out(fault)),))
            if isinstance(fault, TemplateNotFound):
                return Outcome(None, (self._missing(str(fault.name), Span(self.path(name), 1, 1)),))
            raise

    def render_fragment(self, name: str, **values: object) -> Outcome[Markup]:
        """As `render`, for a piece that goes into another template."""
        made = self.render(name, **values)
        return Outcome(None if made.value is None else Markup(made.value), made.diagnostics)

    def path(self, name: str) -> str:
        """Where the template of that name lies, as a diagnostic shows it."""
        return f"{self._folder}/{TEMPLATES}{name}"

    def faults(self) -> Iterator[Diagnostic]:
        """What can be told without filling anything: faults of syntax, and templates that are named but not there."""
        for name in sorted(self._sources):
            try:
                tree = self._trees[name] = self._environment.parse(self._sources[name], name)
            except TemplateSyntaxError as fault:
                yield _syntax_fault(fault, self.path(name))
                continue
            for node in tree.find_all(_REFERRING):
                target = node.template  # type: ignore[attr-defined]
                if isinstance(target, nodes.Const) and target.value not in self._sources:
                    yield self._missing(str(target.value), Span(self.path(name), node.lineno, 1))

    def _place(self, traceback: TracebackType | None) -> tuple[str, int] | None:
        """The last line of a template that the fault passed through."""
        # jinja2 gives most faults no line of their own, but it does rewrite the frames of compiled templates to file and line.
        own = f"{self._folder}/{TEMPLATES}"
        place = None
        while traceback is not None:
            path = traceback.tb_frame.f_code.co_filename
            if path.startswith(own):
                place = (path, traceback.tb_lineno)
            traceback = traceback.tb_next
        return place

    def _missing(self, name: str, span: Span) -> Diagnostic:
        return _fault(f"there is no template `{name}`", span, f"add it as {self.path(name)}, or correct the name")


def load_templates(theme: Mapping[str, str], *, folder: str = "theme") -> Outcome[Templates]:
    """Make ready the templates of a theme; other files of the mapping are left alone.

    The value is there even if some templates have faults, since a page that uses none of them can still be made; all
    the faults that can be told beforehand come with it. `folder` is where diagnostics say that the theme lies.
    """
    sources = {name.removeprefix(TEMPLATES): text for name, text in theme.items() if name.startswith(TEMPLATES)}
    templates = Templates(sources, folder=folder)
    return Outcome(templates, tuple(templates.faults()))


def join_styles(theme: Mapping[str, str]) -> str:
    """One style sheet of all under `css/`, in the order in which its layers stand, whatever the order of the mapping."""
    names = [name for name in theme if name.startswith(STYLES) and name.endswith(".css")]
    texts = (theme[name].strip() for name in sorted(names, key=_style_rank))
    return "\n\n".join(text for text in texts if text) + "\n"


def _style_rank(name: str) -> tuple[int, str]:
    stem = name.removeprefix(STYLES).removesuffix(".css")
    folder, slash, _ = stem.rpartition("/")
    key = folder + slash if slash else stem
    return STYLE_ORDER.index(key if key in STYLE_ORDER else ""), stem


def _syntax_fault(fault: TemplateSyntaxError, path: str) -> Diagnostic:
    message = _sentence(fault.message or "this cannot be read as a template")
    return _fault(message, Span(path, fault.lineno, 1), "mend the template, or remove it to use the generator's own")


def _fault(message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code="template", message=message, span=span, hint=hint)


def _wording(fault: Exception) -> str:
    if isinstance(fault, TemplateNotFound):
        return f"there is no template `{fault.name}`"
    words = _sentence(str(fault))
    return words if words else f"this line raised `{type(fault).__name__}`"


def _way_out(fault: Exception) -> str:
    if isinstance(fault, TemplateNotFound):
        return "add it to the theme, or correct the name"
    if isinstance(fault, UnknownWordsError):
        return "add it to theme/words/en.toml, or take one of the keys that stand there"
    return "a template may use only the fields of its view, which triptych/render/views.py lists"


def _sentence(text: str) -> str:
    """A library's message in the form of ours: one line, no full stop, names in backticks."""
    line = re.sub(r"'([^']*)'", r"`\1`", " ".join(text.split())).rstrip(".")
    first, _, rest = line.partition(" ")
    return f"{first.lower()} {rest}".strip() if first.istitle() else line
