"""content/site.toml -> Config, with all that is wrong with it and where. tomllib gives values no places: they are sought here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import Config
from triptych.text import Lines, is_id, nearest, slugify
from triptych.values import explain_address, explain_language, is_language_tag, is_web_address

CONFIG_PATH = "content/site.toml"
GLOSSARY_MODES = ("auto", "explicit")

_TEXTS = ("title", "tagline", "language", "base_url", "publisher", "contact", "licence", "repository", "glossary")
_KEYS = (*_TEXTS, "kinds")

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Enough of TOML to find keys in a text that tomllib has taken: strings and comments are stepped over whole.
_TOKEN = re.compile(
    r"""
    "{3} (?: [^\\] | \\. )*? "{3,5}  |  '{3} .*? '{3,5}  |  " (?: [^"\\\n] | \\. )* "  |  ' [^'\n]* '
    |  \# [^\n]*  |  \n  |  [\[\]{}=,.]  |  [^\s\[\]{}=,."'\#]+
    """,
    re.DOTALL | re.VERBOSE,
)

_Places = dict[tuple[str, ...], tuple[int, int]]  # key path -> offsets of the key and of its value


class _Page:
    """The text of the file with the places of its keys; its own functions alone add to what was found."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = Lines(text)
        self.places: _Places = {}
        for key, place in find_keys(text):
            self.places.setdefault(key, place)
        self.found: list[Diagnostic] = []

    def report(self, code: str, message: str, hint: str, *key: str, at_value: bool = False) -> None:
        """Report at a key, or at the nearest that holds it; at 1:1 where there is none."""
        while key and key not in self.places:
            key = key[:-1]
        offset = self.places[key][at_value] if key else 0
        span = Span(self.path, *self.lines.place(offset), width=len(key[-1]) if key and not at_value else 1)
        self.found.append(Diagnostic(code=code, message=message, span=span, hint=hint))


def read_config(text: str | None, path: str = CONFIG_PATH) -> Outcome[Config]:
    """The site's configuration; `text` is None where the file is not there. Without a title the value has "" for it."""
    if text is None:
        hint = f'write {path} with the line `title = "…"` in it, or name the folder of the site with `--site`'
        message = f"this site has no {path}, and so no `title`"
        return Outcome(None, (Diagnostic(code="missing-key", message=message, span=Span(path, 1, 1), hint=hint),))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        return _explain_syntax(fault, path, text)
    except ValueError:
        return _refuse(path, 1, 1, "a number with too many digits", "write it in quotes")
    except RecursionError:
        return _refuse(path, 1, 1, "lists or tables nest too deep", "write them flatter")
    page = _Page(path, text)
    texts = _read_texts(table, page)
    config = Config(
        title=texts.get("title", ""),
        tagline=texts.get("tagline", ""),
        language=texts.get("language", "en"),
        base_url=texts.get("base_url", "").rstrip("/"),
        publisher=texts.get("publisher", ""),
        contact=texts.get("contact", ""),
        licence=texts.get("licence", ""),
        repository=texts.get("repository", ""),
        glossary=texts.get("glossary", "auto"),
        kinds=_read_kinds(table.get("kinds", {}), page),
    )
    return Outcome(config, tuple(sorted(page.found, key=lambda fault: fault.span)))


def explain_base_url(text: str) -> str:
    """Why a text cannot be the site's address, as a hint; "" where it can."""
    if not is_web_address(text):
        return explain_address(text)
    if "?" in text or "#" in text:
        return f"leave out what stands from `{'?' if '?' in text else '#'}` on"
    if "@" in text.partition("://")[2].partition("/")[0]:
        return "leave out the name and password: they would stand on every page"
    return ""


def _refuse(path: str, line: int, column: int, message: str, hint: str) -> Outcome[Config]:
    span = Span(path, line, column)
    return Outcome(None, (Diagnostic(code="config-syntax", message=message, span=span, hint=hint),))


def _explain_syntax(fault: tomllib.TOMLDecodeError, path: str, text: str) -> Outcome[Config]:
    message = str(fault)
    place = _PLACE.search(message)
    if place:
        line, column = int(place[1]), int(place[2])
    else:
        end = len(text.rstrip())
        line, column = Lines(text).place(end)
    said = re.sub(r" \(at [^()]*\)$", "", message)
    hint = 'write `key = "value"`, one a line, with every text in double quotes'
    return _refuse(path, line, column, f"this is not TOML: {said[:1].lower()}{said[1:]}", hint)


def _read_texts(table: dict[str, Any], page: _Page) -> dict[str, str]:
    """The keys that hold text, as far as they are in order."""
    texts: dict[str, str] = {}
    for key, value in table.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            listed = ", ".join(f"`{name}`" for name in _KEYS)
            hint = f"did you mean `{near}`?" if near else f"the keys here are {listed}"
            page.report("unknown-key", f"`{key}` is not a key of this file", hint, key)
        elif key != "kinds" and (text := _read_text(value, page, key)) and _accepts(key, text, page):
            texts[key] = text
    if "title" not in table:
        page.report("missing-key", "`title` is missing", 'add a line `title = "…"` before any `[table]`')
    elif table["title"] == "" or (isinstance(table["title"], str) and not table["title"].strip()):
        page.report("missing-key", "`title` has no value", 'write it in quotes: `title = "…"`', "title")
    return texts


def _read_text(value: object, page: _Page, *key: str) -> str:
    """The text under a key; "" where there is none, or after it has been reported why."""
    name = key[-1]
    if not isinstance(value, str):
        page.report("wrong-type", f"`{name}` takes text", f'write `{name} = "…"`, in quotes', *key, at_value=True)
        return ""
    if match := _UNPRINTABLE.search(value):
        message = f"`{name}` has an escape that makes a control character (U+{ord(match[0]):04X})"
        page.report("config-syntax", message, "remove the escape", *key, at_value=True)
        return ""
    return " ".join(value.split())


def _accepts(key: str, text: str, page: _Page) -> bool:
    code, hint = _RULES[key](text) if key in _RULES else ("", "")
    if hint:
        page.report(code, f"`{key}` cannot be `{text[:60]}`", hint, key, at_value=True)
    return not hint


def _check_language(text: str) -> tuple[str, str]:
    return "bad-value", "" if is_language_tag(text) else explain_language(text)


def _check_glossary(text: str) -> tuple[str, str]:
    return "bad-value", "" if text in GLOSSARY_MODES else "write `auto` or `explicit`"


def _check_repository(text: str) -> tuple[str, str]:
    return "unsafe-url", "" if is_web_address(text) else explain_address(text)


_RULES: dict[str, Callable[[str], tuple[str, str]]] = {
    "language": _check_language,
    "glossary": _check_glossary,
    "repository": _check_repository,
    "base_url": lambda text: ("bad-value", explain_base_url(text)),
}


def _read_kinds(table: object, page: _Page) -> dict[str, str]:
    """Further kinds of claim with their labels."""
    if not isinstance(table, dict):
        hint = 'write `[kinds]`, and below it `kind = "Label"`'
        page.report("wrong-type", "`kinds` takes a table", hint, "kinds", at_value=True)
        return {}
    kinds: dict[str, str] = {}
    for kind, label in table.items():
        if not is_id(kind):
            offer = slugify(kind)
            hint = f"`{offer}` would do" if offer else "write it in lower-case letters, digits and dashes"
            page.report("bad-value", f"a kind cannot be called `{kind}`", hint, "kinds", kind)
        elif text := _read_text(label, page, "kinds", kind):
            kinds[kind] = text
        elif isinstance(label, str) and not label.strip():
            page.report("missing-key", f"`{kind}` has no label", f'write `{kind} = "…"`', "kinds", kind)
    return kinds


def find_keys(text: str) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
    """Key paths with the offsets of key and value; keys of inline tables are left to the key that holds them."""
    table: tuple[str, ...] = ()
    path: list[tuple[str, int]] = []
    state, depth = "key", 0  # "key", "header", "value" (its first token is next), "rest" (of the line)
    for match in _TOKEN.finditer(text):
        token, at = match[0], match.start()
        if token == "\n":
            if depth == 0:
                state, path = "key", []
        elif state == "value":
            for count in range(1, len(path) + 1):
                yield (*table, *(name for name, _ in path[:count])), (path[count - 1][1], at)
            state, depth = "rest", depth + (token in "[{")
        elif state == "rest":
            depth += (token in ("[", "{")) - (token in ("]", "}"))
        elif token == "=":
            state = "value" if path else "rest"
        elif token == "[":
            state = "header"
        elif token == "]" and path:
            table, state = tuple(name for name, _ in path), "rest"
            yield table, (path[-1][1], path[-1][1])
        elif token not in (".", "]") and not token.startswith("#"):
            path.append((_unquote(token), at))


def _unquote(key: str) -> str:
    if key[0] == '"':
        return next(iter(tomllib.loads(f"{key} = 0")))
    return key.strip("'")
