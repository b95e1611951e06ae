"""Where everything stands in the output: addresses relative to the site's root, as contract for every link."""

from __future__ import annotations

import re

from triptych.model import About, Annotation, Bibliography, Document, Image, Page, Record, Term, Timeline, Treaty

GLOSSARY = "glossary.html"
SOURCES = "sources.html"
TREATIES = "treaties/index.html"
CORRECTIONS = "corrections.html"
HOME = "index.html"
NOT_FOUND = "404.html"


def document_url(doc: str) -> str:
    return f"documents/{doc}.html"


def row_url(doc: str, slug: str) -> str:
    """The claim among the others, on its document's page."""
    return f"documents/{doc}.html#{slug}"


def claim_url(doc: str, slug: str) -> str:
    """The claim alone, to share."""
    return f"claims/{doc}/{slug}.html"


def treaty_url(treaty: str, provision: str = "") -> str:
    return f"treaties/{treaty}.html" + (f"#{provision}" if provision else "")


def term_url(term: str) -> str:
    return f"{GLOSSARY}#{term}"


def term_page(term: str) -> str:
    return f"glossary/{term}.html"


def source_url(key: str) -> str:
    return f"{SOURCES}#{source_id(key)}"


def source_page(key: str) -> str:
    return f"sources/{source_file(key)}.html"


def source_id(key: str) -> str:
    """A citation key as the id of an element; in an address the browser decodes what had to be encoded."""
    return key


def source_file(key: str) -> str:
    """A citation key as a file name: what a file system or an address could trip over is written by number."""
    return "".join(c if c.isalnum() or c in "-._" else f"~{ord(c):x}." for c in key)


def source_key(path: str) -> str:
    """The key whose page stands at `sources/….html`."""
    name = path.removeprefix("sources/").removesuffix(".html")
    return re.sub("~([0-9a-f]+)\\.", lambda match: chr(int(match[1], 16)), name)


def page_url(page: str) -> str:
    return f"{page}.html"


def image_url(image: Image) -> str:
    stem = image.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in stem)
    return f"assets/{safe}.{image.digest[:10]}.{image.extension}"


def address_of(record: Record) -> str:
    """The page, or the entry on a page, that a content file becomes; "" where it becomes none of its own."""
    match record:
        case Document(id=doc) | About(doc=doc):
            return document_url(doc)
        case Annotation(doc=doc, id=slug):
            return row_url(doc, slug)
        case Treaty(id=treaty):
            return treaty_url(treaty)
        case Term(id=term):
            return term_url(term)
        case Bibliography():
            return SOURCES
        case Timeline():
            return TREATIES
        case Page(id=page):
            return page_url(page)
        case Image():
            return image_url(record) if record.extension else ""
