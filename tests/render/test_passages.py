"""A document's marks and numbers, where the document has markup of its own."""

from __future__ import annotations

import html5lib

from triptych.pipeline import build_site

SITE = {
    "content/site.toml": b'title = "River"\n',
    "seeds/letter.md": b"See [the clean](https://river.example/a) water and [the weir](https://river.example/b).\n",
    "content/annotations/letter/01-clean.md": b"> clean\n\nIt is [so](https://river.example).\n",
    "content/annotations/letter/02-weir.md": b"> the weir\n\nIt is [so](https://river.example).\n",
}


def test_a_number_never_stands_within_a_link_of_the_document() -> None:
    page = build_site(SITE).outputs["documents/letter.html"].decode()
    html5lib.HTMLParser(strict=True).parse(page)
    text = page[page.index('<p data-paragraph="1">') : page.index("</p>", page.index('<p data-paragraph="1">'))]
    assert text.index("</a><a class=\"passage-number\" id=\"_passage-clean\"") > text.index(">clean</mark>")
    assert text.count('class="passage-number"') == 2
