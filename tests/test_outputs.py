"""What the contract says of whole outputs, on sites too large or too many to lie in cases/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.trial import Build, Builder, Options, build_site
from triptych.cli import main

CONFIG = b'title = "Case"\nbase_url = "https://river.example/case"\n'
LETTER: dict[str, bytes] = {
    "content/site.toml": CONFIG,
    "seeds/letter.txt": b"The river board says that the water is clean.\n\nIt was tested twice last year.\n",
    "content/annotations/letter/index.md": b"---\ntitle: A letter\n---\n\nSent to all households.\n",
    "content/annotations/letter/clean.md": (
        b"---\ncreated: 1991-02-03\n---\n\n> the water is clean\n\nThe survey agrees [@survey].\n"
    ),
    "content/sources.yaml": b"- id: survey\n  title: A survey of the river\n",
}


def parse(data: bytes) -> LexborHTMLParser:
    return LexborHTMLParser(data.decode())


def many_claims(number: int) -> dict[str, bytes]:
    """A site in which so many claims use one term, one source and one provision."""
    files = {**LETTER, "seeds/letter.txt": "\n\n".join(f"Sentence {n:03d} is here." for n in range(number)).encode()}
    del files["content/annotations/letter/clean.md"]
    files["content/treaties/pact.md"] = b"---\ntitle: A Pact\nshort: Pact\nkind: treaty\n---\n\n## Article 1\n\nShared.\n"
    files["content/glossary/weir.md"] = b"---\nterm: weir\n---\n\nA low wall.\n"
    for n in range(number):
        text = f"> Sentence {n:03d} is\n\nA weir [@survey] [@pact, art. 1].\n"
        files[f"content/annotations/letter/c{n}.md"] = text.encode()
    return files


@pytest.mark.parametrize(("number", "has_more"), [(50, False), (51, True)])
def test_more_than_fifty_uses_have_a_page_of_their_own(number: int, has_more: bool) -> None:
    build = build_site(many_claims(number))
    assert build.diagnostics == ()
    for shared, own in (("glossary.html", "glossary/weir.html"), ("sources.html", "sources/survey.html")):
        links = parse(build.outputs[shared]).css('main a[href*="c"]')
        assert len([one for one in links if re.search(r"\bc\d+(\.html)?$", one.attributes["href"] or "")]) == 50
        assert (own in build.outputs) is has_more
        if has_more:
            assert parse(build.outputs[shared]).css_first(f'main a[href="{own}"]') is not None
            hrefs = {one.attributes["href"] or "" for one in parse(build.outputs[own]).css("main a[href]")}
            assert len([href for href in hrefs if re.search(r"\bc\d+(\.html)?$", href)]) == number


@pytest.mark.parametrize(("number", "target"), [(50, "../glossary.html#weir"), (51, "../glossary/weir.html")])
def test_the_page_that_a_renamed_term_had_of_its_own_leads_to_where_its_uses_stand_now(number: int, target: str) -> None:
    term = b"---\nterm: weir\nformer: [low-wall]\n---\n\nA low wall.\n"
    build = build_site({**many_claims(number), "content/glossary/weir.md": term})
    assert build.diagnostics == ()
    page = parse(build.outputs["glossary/low-wall.html"])
    assert [node.attributes["href"] for node in page.css("main a")] == [target]
    canonical = page.css_first('link[rel="canonical"]')
    assert canonical is not None
    assert canonical.attributes["href"] == f"https://river.example/case/{target.removeprefix('../').partition('#')[0]}"


def test_claims_are_numbered_as_they_stand_in_the_document() -> None:
    files = dict(LETTER)
    del files["content/annotations/letter/clean.md"]
    quotes = {
        "z-early": "The river",
        "a-late": "last year",
        "short": "water",
        "long": "water is clean",
        "b-same": "twice",
        "a-same": "twice",
    }
    for slug, quote in quotes.items():
        files[f"content/annotations/letter/{slug}.md"] = f"> {quote}\n\nSo [@survey].\n".encode()
    page = parse(build_site(files).outputs["documents/letter.html"])
    order = [node.attributes["data-claim"] for node in page.css("article[data-claim]")]
    assert order == ["z-early", "long", "short", "a-same", "b-same", "a-late"]


def test_a_row_follows_the_block_that_holds_the_end_of_its_first_passage() -> None:
    files = {**LETTER, "content/annotations/letter/two.md": b"> clean. It was\n\nSo [@survey].\n"}
    page = build_site(files).outputs["documents/letter.html"].decode()
    first, second = page.index('data-paragraph="1"'), page.index('data-paragraph="2"')
    assert first < page.index('<article id="clean"') < second < page.index('<article id="two"')


def test_the_treaty_panel_shows_each_text_once_and_those_of_the_front_matter_first() -> None:
    files = dict(LETTER)
    for name in ("a", "b", "c"):
        files[f"content/treaties/{name}.md"] = (
            f"---\ntitle: Pact {name}\nshort: {name}\nkind: treaty\n---\n\n## Article 1\n\nYes.\n".encode()
        )
    files["content/annotations/letter/clean.md"] = (
        b"---\ntreaties: [c]\n---\n\n> the water is clean\n\nSee [@b, art. 1], [@a], [@c, art. 1] and [@b, Article I].\n"
    )
    files["content/timeline.yaml"] = b"- {date: 1990, title: A survey, source: survey}\n"
    build = build_site(files)
    assert build.diagnostics == ()
    panel = parse(build.outputs["claims/letter/clean.html"]).css_first('[data-panel="treaty"]')
    assert panel is not None
    assert [node.attributes["data-treaty"] for node in panel.css("[data-treaty]")] == ["c", "b", "a"]
    assert [len(node.css("[data-provision]")) for node in panel.css("[data-treaty]")] == [1, 1, 0]


def test_a_long_paragraph_stands_on_a_claims_page_as_the_sentences_around_it() -> None:
    long = " ".join(f"Sentence {n} is here." for n in range(120))
    files = {
        **LETTER,
        "seeds/letter.txt": long.encode(),
        "content/annotations/letter/clean.md": b"> Sentence 60 is\n\nSo [@survey].\n",
    }
    outputs = build_site(files).outputs
    text = parse(outputs["claims/letter/clean.html"]).css_first("main").text()  # type: ignore[union-attr]
    assert "Sentence 60 is here." in text
    assert "Sentence 5 is here." not in text
    assert len(long) > 2000


def test_with_display_quotes_nothing_else_of_the_document_is_published_anywhere() -> None:
    seed = b"Hidden alpha stands here. The water is clean. Hidden beta ends.\n\nHidden gamma is alone.\n"
    index = b"---\ntitle: A letter\ndisplay: quotes\n---\n\nSent.\n"
    build = build_site({**LETTER, "seeds/letter.txt": seed, "content/annotations/letter/index.md": index,
                        "content/annotations/letter/clean.md": b"> water is clean\n\nSo [@survey].\n"})  # fmt: skip
    assert build.diagnostics == ()
    assert [path for path, data in build.outputs.items() if b"Hidden" in data] == []
    page = parse(build.outputs["documents/letter.html"])
    assert "[…]" not in "".join(node.text() for node in page.css("[data-paragraph]"))
    assert "[…]" in page.html  # type: ignore[operator]


def test_a_paragraph_copies_clean_and_its_number_is_an_empty_link_with_a_name() -> None:
    page = parse(build_site(LETTER).outputs["documents/letter.html"])
    links = page.css("[data-paragraph] a")
    assert links
    for link in links:
        assert link.text() == ""
        assert link.attributes.get("aria-label") or link.attributes.get("aria-labelledby") or link.attributes.get("title")


def test_only_the_page_for_lost_readers_uses_addresses_from_the_root() -> None:
    outputs = build_site(LETTER).outputs
    for path, data in outputs.items():
        if path.endswith(".html"):
            rooted = parse(data).css('[href^="/"], [src^="/"]')
            assert bool(rooted) is (path == "404.html"), path
    assert all(
        (node.attributes.get("href") or "").startswith("/case/") for node in parse(outputs["404.html"]).css('a[href^="/"]')
    )


def test_assets_are_named_by_their_content() -> None:
    outputs = build_site(LETTER).outputs
    changed = build_site({**LETTER, "theme/css/own.css": b"@layer base { p { color: red; } }\n"}).outputs
    styles = [{path for path in one if path.startswith("assets/") and path.endswith(".css")} for one in (outputs, changed)]
    assert styles[0]
    assert styles[0] != styles[1]


def test_a_site_in_another_language_keeps_its_own_quotation_marks() -> None:
    marks = {"en": "“so”", "de": "„so“", "fr": "«", "ru": "«so»"}
    for language, expected in marks.items():
        files = {
            "content/site.toml": f'title = "Case"\nlanguage = "{language}"\n'.encode(),
            "content/pages/about.md": b'---\ntitle: About\n---\n\nThey say "so" here.\n',
        }
        page = parse(build_site(files).outputs["about.html"])
        assert expected in page.css_first("main").text()  # type: ignore[union-attr]


def test_a_picture_that_only_a_draft_shows_is_published_with_the_draft() -> None:
    page = "---\ntitle: Plans\ndraft: {}\n---\n\n![A plan](plan.png) of the weir.\n"
    files = {**LETTER, "content/pages/plan.png": b"\x89PNG\r\n\x1a\n", "content/pages/plans.md": page.format("true").encode()}
    published = {**files, "content/pages/plans.md": page.format("false").encode()}

    def pictures(build: Build) -> list[str]:
        assert build.diagnostics == ()
        return [path for path in build.outputs if path.endswith(".png")]

    assert pictures(build_site(files)) == []
    assert len(pictures(build_site(files, options=Options(drafts=True)))) == 1
    assert len(pictures(build_site(published))) == 1
    builder = Builder()
    builder.update(published)
    (gone,) = [path for path in builder.update({"content/pages/plans.md": None}).removed if path.endswith(".png")]
    assert pictures(builder.update(files)) == []
    assert pictures(builder.update(published)) == [gone]


# --- addresses -------------------------------------------------------------------------------------------------------


def canonicals(outputs: Mapping[str, bytes]) -> dict[str, str]:
    """The canonical address of every page that has one."""
    links = {path: parse(data).css_first('link[rel="canonical"]') for path, data in outputs.items() if path.endswith(".html")}
    return {path: link.attributes["href"] or "" for path, link in links.items() if link is not None}


@pytest.mark.parametrize(
    ("configured", "option", "expected"),
    [
        ("", "", ""),
        ("https://river.example", "", "https://river.example/"),
        ("https://river.example/", "", "https://river.example/"),
        ("https://river.example/case", "", "https://river.example/case/"),
        ("https://river.example/case//", "", "https://river.example/case/"),
        ("", "https://river.example/a/b/", "https://river.example/a/b/"),
        ("https://river.example/case", "http://localhost:8000", "http://localhost:8000/"),
        ("https://river.example/case", "https://[::1]:8443/x", "https://[::1]:8443/x/"),
    ],
)
def test_canonical_addresses_begin_with_the_sites(configured: str, option: str, expected: str) -> None:
    config = f'title = "Case"\nbase_url = "{configured}"\n' if configured else 'title = "Case"\n'
    build = build_site({**LETTER, "content/site.toml": config.encode()}, options=Options(base_url=option))
    assert build.diagnostics == ()
    pages = {path for path in build.outputs if path.endswith(".html")}
    found = canonicals(build.outputs)
    if not expected:
        assert found == {}
        return
    assert set(found) == pages - {"404.html"}
    assert found["index.html"] == expected
    assert found["treaties/index.html"] == f"{expected}treaties/"
    assert found["claims/letter/clean.html"] == f"{expected}claims/letter/clean.html"


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("https://river.example", "/"),
        ("https://river.example/", "/"),
        ("https://river.example/case/", "/case/"),
        ("https://river.example/a/b", "/a/b/"),
        ("https://river.example/%C3%A4", "/%C3%A4/"),
        ("https://例え.example/道", "/道/"),
        ("https://river.example//other.example", "/other.example/"),
        ("https://[::1]:8443/x", "/x/"),
    ],
)
def test_the_page_for_lost_readers_counts_from_the_path_of_the_site(base_url: str, root: str) -> None:
    """One slash begins each address, since two would lead to another host."""
    build = build_site(LETTER, options=Options(base_url=base_url))
    assert build.diagnostics == ()
    page = parse(build.outputs["404.html"])
    links = page.css('[href]:not([href="#_main"]), [src]')
    addresses = {node.attributes.get("href") or node.attributes.get("src") or "" for node in links}
    assert f"{root}index.html" in addresses
    assert all(re.match(re.escape(root) + r"[^/]", one) for one in addresses)
    assert {one.removeprefix(root) for one in addresses} <= set(build.outputs)


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("/case", "write it in full"),
        ("case", "write it in full"),
        ("river.example/case", "https://river.example/case"),
        ("//river.example", "https://river.example"),
        ("ftp://river.example", "`https://`"),
        ("https://river.example/?page=1", "`?`"),
        ("https://river.example/case?", "`?`"),
        ("https://river.example/#top", "`#`"),
        ("https://river.example/a b", "%20"),
        ("https://", "a host"),
    ],
)
def test_an_address_that_cannot_be_the_sites_is_wrong_usage(
    address: str, hint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content/site.toml").write_bytes(CONFIG)
    assert main(["build", "--site", str(tmp_path), "--base-url", address]) == 2
    printed = capsys.readouterr()
    assert hint in printed.err
    assert "--base-url" in printed.err
    assert printed.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["content"]
