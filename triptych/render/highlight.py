"""Code with its parts marked by class, for languages whose lexers stay fast on any input; the style sheet gives colours."""

from __future__ import annotations

from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType

# As an author may call them -> Pygments' name. Before a language is added: how long does the worst input of LIMIT take?
LANGUAGES = {
    "bash": "bash",
    "css": "css",
    "diff": "diff",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "json": "json",
    "py": "python",
    "python": "python",
    "sh": "bash",
    "sql": "sql",
    "toml": "toml",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
}
LIMIT = 10_000  # characters


def highlight(code: str, language: str) -> str:
    """The code as markup, escaped; its text content is the code, character for character."""
    name = LANGUAGES.get(language.lower())
    if name is None or len(code) > LIMIT:
        return escape_text(code)
    parts: list[str] = []
    for _, kind, words in _lexer(name).get_tokens_unprocessed(code):
        short = _class_of(kind)
        parts.append(f'<span class="{short}">{escape_text(words)}</span>' if short else escape_text(words))
    return "".join(parts)


def escape_text(text: str) -> str:
    """Plain text as it stands between tags."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name)


@cache
def _class_of(kind: _TokenType) -> str:
    """The short class that Pygments' style sheets use, of the nearest kind that has one; "" for plain text."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent or Token
    return STANDARD_TYPES[kind] if kind is not Token.Error else ""  # an excerpt may well break off
