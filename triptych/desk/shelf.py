"""The records of some files, for verbs that need neither pages nor references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from triptych.config import CONFIG_PATH, read_config
from triptych.model import Config, Prose
from triptych.read.decode import decode
from triptych.read.records import read_record
from triptych.site.state import Site


def read_site(files: Mapping[str, bytes]) -> Site:
    """A site that knows these files and no others; what is wrong with them is the business of `check`."""
    site = Site(_config(files.get(CONFIG_PATH)), drafts=True)
    for path, data in files.items():
        if path != CONFIG_PATH:
            site.catalogue.replace(path, read_record(path, data, config=site.config, compile=no_markup).record)
    return site


def no_markup(tokens: Sequence[Token]) -> Prose:
    """In the place of what makes a body's markup."""
    return ()


def _config(data: bytes | None) -> Config:
    text = decode(data, CONFIG_PATH).value if data is not None else None
    return (read_config(text).value if text is not None else None) or Config(title="")
