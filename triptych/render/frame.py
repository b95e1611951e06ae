"""What the skeleton of every page shows: menu, styles, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triptych.model import Config
from triptych.render.slots import ROOT
from triptych.render.views import Frame, Link
from triptych.site.addresses import CORRECTIONS, GLOSSARY, HOME, SOURCES, TREATIES, page_url
from triptych.site.state import Site
from triptych.words import Wording, direction


@dataclass(frozen=True, slots=True)
class Assets:
    """The theme's files as they are named in the output."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    icon: str
    files: Mapping[str, bytes]  # output path -> bytes


@dataclass(frozen=True, slots=True)
class Skeleton:
    """What all pages share. Two that are equal make equal frames."""

    config: Config
    base_url: str
    menu: tuple[Link, ...]
    assets: Assets
    words: Wording

    def frame(self, path: str, *, title: str, kind: str, description: str = "", source: str = "", draft: bool = False) -> Frame:
        """The frame of one page; `source` is the content file that it is made of, `draft` whether that is one."""
        config = self.config
        menu = tuple(Link(text=link.text, url=ROOT + link.url, current=link.url == path) for link in self.menu)
        return Frame(
            title=title,
            site_title=config.title,
            tagline=config.tagline,
            description=description,
            language=config.language,
            direction=direction(config.language),
            home=ROOT + HOME,
            menu=menu,
            styles=tuple(ROOT + one for one in self.assets.styles),
            scripts=tuple(ROOT + one for one in self.assets.scripts),
            icon=ROOT + self.assets.icon if self.assets.icon else "",
            canonical=canonical(self.base_url, path),
            publisher=config.publisher,
            contact=config.contact,
            licence=config.licence,
            edit_url=config.repository + source if config.repository and source else "",
            kind=kind,
            is_draft=draft,
        )


def canonical(base_url: str, path: str) -> str:
    """The page's absolute address; a folder's index goes by the folder's."""
    if not base_url:
        return ""
    return f"{base_url}/{path[: -len(HOME)] if path == HOME or path.endswith('/' + HOME) else path}"


def make_menu(site: Site, words: Wording) -> tuple[Link, ...]:
    """The site's main addresses, then the free pages that ask for a place, in its order."""
    catalogue = site.catalogue
    pages = catalogue.pages()
    lists = (
        ("agreements-title", TREATIES, bool(catalogue.treaties())),
        ("glossary-title", GLOSSARY, bool(catalogue.terms())),
        ("sources-title", SOURCES, bool(catalogue.sources())),
    )
    placed = sorted((page for page in pages if page.nav is not None), key=lambda page: (page.nav, page.id))
    menu = [Link(text=words(key), url=url) for key, url, is_there in lists if is_there]
    menu += [Link(text=page.title, url=page_url(page.id)) for page in placed]
    if site.has_corrections and not any(link.url == CORRECTIONS for link in menu):
        menu.append(Link(text=words("corrections-title"), url=CORRECTIONS))
    return tuple(menu)
