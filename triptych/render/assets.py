"""The theme's files that are published: styles joined into one, and everything named by the hash of its content."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping

from triptych.render.frame import Assets
from triptych.render.templates import join_styles

_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
PLAIN_FOLDERS = ("fonts/", "images/")  # published as they are


def hashed_name(name: str, data: bytes) -> str:
    stem, dot, extension = posixpath.basename(name).rpartition(".")
    return f"assets/{stem}.{hashlib.sha256(data).hexdigest()[:10]}{dot}{extension}"


def make_assets(theme: Mapping[str, bytes]) -> Assets:
    """Styles, scripts, fonts and pictures of the theme; `theme` maps names such as `css/base.css` to bytes."""
    plain = {name: data for name, data in theme.items() if name.startswith(PLAIN_FOLDERS) or name == "icon.svg"}
    named = {name: hashed_name(name, data) for name, data in plain.items()}
    files = {named[name]: data for name, data in plain.items()}
    css = {name: data.decode("utf-8", "replace") for name, data in theme.items() if name.endswith(".css")}
    styles: tuple[str, ...] = ()
    if css:
        joined = _URL.sub(lambda match: _rename(match, named), join_styles(css)).encode()
        styles = (hashed_name("main.css", joined),)
        files[styles[0]] = joined
    scripts = {hashed_name(name, theme[name]): theme[name] for name in sorted(theme) if name.endswith(".js")}
    return Assets(styles, tuple(scripts), named.get("icon.svg", ""), files | scripts)


def _rename(match: re.Match[str], named: Mapping[str, str]) -> str:
    """An address within the theme as the output has it, beside the style sheet; others stay as they are."""
    name = posixpath.normpath(posixpath.join("css", match[1]))
    return f'url("{posixpath.basename(named[name])}")' if name in named else match[0]
