"""After any edits the site is what a clean build would make of it, byte for byte; and an edit makes only the pages it touches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial import EXAMPLES, Build, Builder, Options, build_site
from triptych.diagnostics import Severity

Change = Mapping[str, bytes | None]


def head(**keys: str) -> str:
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in keys.items()) + "---\n\n"


def claim(quote: str, context: str = "The survey agrees [@survey].", **keys: str) -> bytes:
    return f"{head(**keys) if keys else ''}> {quote}\n\n{context}\n".encode()


def term(name: str, body: str = "A thing of water.", **keys: str) -> bytes:
    return f"{head(term=name, **keys)}{body}\n".encode()


def treaty(short: str, body: str, **keys: str) -> bytes:
    return f"{head(title='Pact ' + short, short=short, kind='treaty', **keys)}{body}\n".encode()


def page(title: str, body: str, **keys: str) -> bytes:
    return f"{head(title=title, **keys)}{body}\n".encode()


ARTICLES = "## Article 1: Water\n\nThe water is shared.\n\n## Article 2: Walls\n\nNo weir is high.\n"
WHOLE: dict[str, bytes] = {
    "content/site.toml": b'title = "Case"\nbase_url = "https://river.example"\n',
    "seeds/letter.txt": b"The river board says that the water is clean.\n\nIt was tested twice last year by the weir.\n",
    "seeds/note.md": b"# The note\n\nThe wells are *clean* and the weir is old.\n",
    "content/annotations/letter/index.md": page("A letter", "Sent to all households near the weir."),
    "content/annotations/letter/01-clean.md": claim("the water is clean", kind="fact"),
    "content/annotations/letter/02-tested.md": claim("tested twice", "By a weir [@river-pact, art. 1]; see [that](01-clean.md)."),
    "content/annotations/note/index.md": page("A note", "Pinned to the gate."),
    "content/annotations/note/old.md": claim("the weir is old", "The [[sluice]] too [@tables]."),
    "content/treaties/river-pact.md": treaty("River Pact", ARTICLES),
    "content/treaties/sea-pact.md": treaty("Sea Pact", "Salt, without a weir."),
    "content/glossary/weir.md": term("weir", "A low wall.", aliases="[weirs]"),
    "content/glossary/sluice.md": term("sluice", "A gate in a weir."),
    "content/sources.yaml": b"- id: survey\n  title: A survey of the river\n- id: tables\n  title: Tables\n",
    "content/timeline.yaml": b"- date: 1990\n  title: The sea pact\n  treaty: sea-pact\n",
    "content/pages/about.md": page("About", "A page on the river [@survey].", nav="1"),
    "content/pages/method.md": page("Method", "How it is done, [with terms](../glossary/weir.md).", nav="2"),
}

# For each file, what an author may make of it: kept, gone, renamed, reworded, broken.
VARIANTS: dict[str, list[bytes | None]] = {
    "content/site.toml": [
        b'title = "Other"\n',
        b'title = "Case"\nbase_url = "https://river.example/sub"\nglossary = "explicit"\n',
        b'title = "Case"\nlanguage = "de"\nrepository = "https://code.example/blob/main/"\n\n[kinds]\nodd = "Odd"\n',
        b"title = \n",
        None,
    ],
    "seeds/letter.txt": [
        b"The river board says that the water is clean.\n\nMore. It was tested twice last year by the weir.\n",
        b"It was tested twice.\n\nThen the water is clean. The water is clean, and the water is clean.\n",
        b"\xff",
        None,
    ],
    "seeds/note.md": [b"The wells are clean and the weir is old, *very* old.\n", b"Nothing.\n", None],
    "seeds/note.txt": [b"The wells are clean and the weir is old.\n", None],
    "content/annotations/letter/index.md": [
        page("Another letter", "Sent."),
        page("A letter", "Sent.", display="quotes"),
        page("A letter", "Sent.", url="https://river.example/letter", former="[post]"),
        page("A letter", "Sent.", former="[post, mail]"),
        page("A letter", "Sent.", sha256="a" * 64),
        None,
    ],
    "content/annotations/letter/01-clean.md": [
        claim("the water is clean", "A [[weir]] [@survey].", kind="position", speaker="The board"),
        claim("river board says that the water is clean", "As in [@river-pact, art. 2] and [@sea-pact]."),
        claim("the water is clean", treaties="[river-pact#art-2]", former="[pure]", title="Pure"),
        claim("the water is clean", draft="true"),
        claim("the water is dirty"),
        claim("the water is clean", "See [[gone]] and [@gone]."),
        b"",
        None,
    ],
    "content/annotations/letter/03-clean.md": [claim("the water is clean"), None],
    "content/annotations/letter/00-board.md": [
        claim("The river board says"),
        claim("board says that the water", "[@survey]"),
        None,
    ],
    "content/annotations/letter/02-tested.md": [
        claim("was tested twice last"),
        claim("tested twice", corrections="[{date: 1991, note: A}]"),
        None,
    ],
    "content/annotations/note/old.md": [claim("is old", "See [x](../letter/02-tested.md) [@survey]."), claim("The wells"), None],
    "content/annotations/gone/one.md": [claim("nothing"), None],
    "content/treaties/river-pact.md": [
        treaty("The Pact", ARTICLES),
        treaty("River Pact", ARTICLES.replace("Article 2", "Article 3"), aliases="[the pact]"),
        treaty("River Pact", ARTICLES.replace("high", "higher than a sluice"), former="[old-pact]", in_force="1990"),
        treaty("River Pact", "In one piece."),
        treaty("River Pact", ARTICLES, draft="true"),
        treaty("River Pact", ARTICLES, signed="never"),
        None,
    ],
    "content/treaties/survey.md": [treaty("Survey", "A pact with the name of a source."), None],
    "content/glossary/weir.md": [
        term("weir", "A wall, not a sluice."),
        term("low wall", "A low wall.", aliases="[weir]"),
        term("dam", "A dam."),
        term("weir", "A low wall.", autolink="false"),
        term("weir", "A low wall.", draft="true"),
        term("weir", "See [@survey] and [[sluice]].", see="[sluice]", former="[low-wall]"),
        term("[", "Broken."),
        None,
    ],
    "content/glossary/river.md": [term("river"), term("water", aliases="[twice, Weir]"), term("river board"), None],
    "content/glossary/sluice.md": [term("sluice", "A gate.", see="[weir]"), term("gate", "A gate."), None],
    "content/sources.yaml": [
        b"- id: survey\n  title: The second survey\n- id: tables\n  title: Tables\n",
        b"- id: tables\n  title: Tables\n- id: survey\n  title: A survey of the river\n  issued: 1990\n",
        b"- id: survey\n  title: A survey of the river\n",
        b"- id: survey\n  title: A\n- id: tables\n  title: T\n- id: more\n  title: M\n",
        b"- id: [\n",
        None,
    ],
    "content/timeline.yaml": [b"- date: 1991\n  title: The survey\n  source: survey\n", b"- date: never\n  title: x\n", None],
    "content/pages/about.md": [page("About us", "A page on weirs."), page("About", "See [this](method.md#_x).", nav="3"), None],
    "content/pages/method.md": [
        page("Method", "# How\n\nAs done ![w](w.png).", nav="0"),
        page("Method", "Done.", former="[way]"),
        None,
    ],
    "content/pages/w.png": [b"\x89PNG\r\n\x1a\n", b"no picture", None],
    "content/pages/corrections.md": [page("Corrections", "What was wrong."), None],
    "content/notes.txt": [b"stray", None],
    "theme/css/tokens.css": [b"@layer tokens { :root { --own: 1; } }\n", None],
    "theme/templates/panels/context.html": [
        b'<section class="panel" data-panel="context"><p>Own.</p></section>\n',
        b"{% if %}\n",
        b"{{ nothing_of_that_name }}\n",
        None,
    ],
}


@cache
def edits(*, harmless: bool) -> list[Change]:
    """Every variant as a change; the harmless ones leave a site without errors, the others do not."""
    changes = [{path: data} for path, variants in VARIANTS.items() for data in variants]
    return [change for change in changes if build_site(edited(WHOLE, change)).is_good is harmless]


def mended(change: Change) -> list[Change]:
    """The change, and after it a change that takes it back."""
    return [change, {path: WHOLE.get(path) for path in change}]


HARMLESS = st.deferred(lambda: st.sampled_from(edits(harmless=True)))
HARMFUL = st.deferred(lambda: st.sampled_from(edits(harmless=False)))
EDITS = HARMLESS | HARMFUL
STEPS = st.lists(
    HARMLESS.map(lambda change: [change])
    | st.tuples(HARMLESS, HARMLESS).map(lambda both: [{**both[0], **both[1]}])
    | HARMFUL.map(mended),
    min_size=1,
    max_size=6,
).map(lambda parts: [change for part in parts for change in part])


def edited(files: Mapping[str, bytes], change: Change) -> dict[str, bytes]:
    return {path: data for path, data in {**files, **change}.items() if data is not None}


PLAIN = Options()


class Shelf:
    """The site as a reader has it: what one builder after another update has handed out, the last good state kept."""

    def __init__(self, options: Options = PLAIN) -> None:
        self._builder = Builder(options=options)
        self.outputs: dict[str, bytes] = {}

    def update(self, change: Change) -> Build:
        build = self._builder.update(change)
        self.outputs.update(build.outputs)
        for path in build.removed:
            del self.outputs[path]
        return build


def check_against_a_clean_build(shelf: Shelf, build: Build, files: Mapping[str, bytes]) -> None:
    clean = build_site(files)
    assert build.diagnostics == clean.diagnostics
    if any(one.severity is Severity.ERROR for one in clean.diagnostics):
        assert dict(build.outputs) == dict(clean.outputs) == {}
        assert build.removed == frozenset()
        return
    assert sorted(shelf.outputs) == sorted(clean.outputs)
    assert {path for path in clean.outputs if shelf.outputs[path] != clean.outputs[path]} == set()


def follow(steps: list[Change]) -> None:
    """Make the changes one after another, and hold the site against a clean build after each."""
    files = dict(WHOLE)
    shelf = Shelf()
    check_against_a_clean_build(shelf, shelf.update(files), files)
    for change in steps:
        files = edited(files, change)
        check_against_a_clean_build(shelf, shelf.update(change), files)


@EXAMPLES
@given(STEPS)
def test_after_harmless_edits_and_mended_mistakes_the_site_is_that_of_a_clean_build(steps: list[Change]) -> None:
    follow(steps)


@EXAMPLES
@given(st.lists(EDITS, min_size=1, max_size=8))
def test_after_any_edits_the_site_is_that_of_a_clean_build(steps: list[Change]) -> None:
    follow(steps)


@EXAMPLES
@given(st.permutations(sorted(WHOLE)))
def test_a_site_may_come_file_by_file_in_any_order(order: list[str]) -> None:
    shelf = Shelf()
    for path in order:
        build = shelf.update({path: WHOLE[path]})
    assert build.diagnostics == build_site(WHOLE).diagnostics
    assert shelf.outputs == dict(build_site(WHOLE).outputs)


@pytest.mark.parametrize("path", sorted(VARIANTS))
def test_every_edit_and_its_undoing(path: str) -> None:
    follow([change for variant in VARIANTS[path] for change in mended({path: variant})])


def test_drafts_and_the_base_address_hold_in_every_build() -> None:
    options = Options(drafts=True, base_url="https://river.example/x")
    shelf = Shelf(options)
    shelf.update(WHOLE)
    change = {"content/annotations/letter/01-clean.md": claim("the water is clean", draft="true")}
    shelf.update(change)
    assert shelf.outputs == dict(build_site({**WHOLE, **change}, options=options).outputs)
    assert "claims/letter/clean.html" in shelf.outputs


def test_what_has_been_renamed_is_found_at_its_old_addresses_after_any_order_of_edits() -> None:
    about = {"content/annotations/letter/index.md": page("A letter", "Sent.", former="[post]")}
    clean = "content/annotations/letter/01-clean.md"
    renamed = {
        clean: None,
        "content/annotations/letter/01-pure.md": claim("the water is clean", former="[clean]", kind="fact"),
        "content/annotations/letter/02-tested.md": claim("tested twice", "By a weir [@river-pact, art. 1]."),
    }
    weir = "content/glossary/weir.md"
    named = {weir: None, "content/glossary/dam.md": term("weir", "A low wall.", aliases="[weirs]", former="[weir]"),
             "content/pages/method.md": page("Method", "How it is done.", nav="2")}  # fmt: skip
    other_title = {"content/annotations/letter/01-pure.md": claim("the water is clean", former="[clean, clear]", title="Pure")}
    undone = {"content/annotations/letter/01-pure.md": None, clean: WHOLE[clean]}
    steps: list[Change] = [about, renamed, named, other_title, undone]
    follow(steps)
    follow([renamed, about, named])
    files = edited(edited(edited(WHOLE, about), renamed), named)
    assert {"documents/post.html", "claims/letter/clean.html", "claims/post/pure.html", "claims/post/clean.html"} <= set(
        build_site(files).outputs
    )
    assert "glossary/weir.html" in build_site(files).outputs


def test_the_old_page_of_a_term_follows_it_as_its_uses_become_many_and_few() -> None:
    sentences = [f"Sentence {number:02d} is here." for number in range(51)]
    files = {
        "content/site.toml": WHOLE["content/site.toml"],
        "seeds/letter.txt": "\n\n".join(sentences).encode(),
        "content/annotations/letter/index.md": page("A letter", "Sent."),
        "content/glossary/weir.md": term("weir", former="[dam]"),
        "content/sources.yaml": b"- id: survey\n  title: A survey\n",
        **{
            f"content/annotations/letter/c{number}.md": claim(sentence, "A weir [@survey].")
            for number, sentence in enumerate(sentences)
        },
    }
    shelf = Shelf()
    last = "content/annotations/letter/c50.md"
    for change, target in [
        (files, b"../glossary/weir.html"),
        ({last: claim(sentences[50], "A wall [@survey].")}, b"../glossary.html#weir"),
        ({last: files[last]}, b"../glossary/weir.html"),
        ({last: claim(sentences[50], "A weir [@survey].", draft="true")}, b"../glossary.html#weir"),
    ]:
        files = edited(files, change)
        check_against_a_clean_build(shelf, shelf.update(change), files)
        assert target in shelf.outputs["glossary/dam.html"]


# --- what an edit makes again ----------------------------------------------------------------------------------------


@pytest.fixture
def shelf() -> Shelf:
    """The whole site, built."""
    shelf = Shelf()
    assert shelf.update(WHOLE).diagnostics == ()
    return shelf


def pages_made(build: Build) -> set[str]:
    assert not any(one.severity is Severity.ERROR for one in build.diagnostics)
    return {path for path in build.made if path.endswith(".html")}


def test_no_edit_makes_no_page(shelf: Shelf) -> None:
    assert pages_made(shelf.update({})) == set()
    assert pages_made(shelf.update({"content/pages/about.md": WHOLE["content/pages/about.md"]})) == set()


def test_new_words_in_a_context_make_the_claim_and_its_document(shelf: Shelf) -> None:
    change = {
        "content/annotations/letter/01-clean.md": claim("the water is clean", "The survey doubts it [@survey].", kind="fact")
    }
    assert pages_made(shelf.update(change)) == {"documents/letter.html", "claims/letter/clean.html"}


def test_a_new_citation_makes_what_lists_its_uses_too(shelf: Shelf) -> None:
    change = {"content/annotations/letter/01-clean.md": claim("the water is clean", "So [@survey] and [@tables].", kind="fact")}
    made = pages_made(shelf.update(change))
    assert {"documents/letter.html", "claims/letter/clean.html", "sources.html"} <= made
    assert not {path for path in made if path.startswith(("treaties/", "documents/note", "claims/note")) or path == "about.html"}


def test_a_new_definition_makes_the_glossary_and_what_names_the_term(shelf: Shelf) -> None:
    made = pages_made(shelf.update({"content/glossary/sluice.md": term("sluice", "A gate of wood in a weir.")}))
    assert "glossary.html" in made
    assert not {"documents/letter.html", "claims/letter/clean.html", "about.html", "treaties/river-pact.html"} & made


def test_a_new_term_makes_only_pages_with_its_words(shelf: Shelf) -> None:
    build = shelf.update({"content/glossary/twice.md": term("households")})
    made = pages_made(build)
    assert {"glossary.html", "documents/letter.html"} <= made
    assert (
        not {"documents/note.html", "claims/letter/clean.html", "claims/note/old.html", "about.html", "treaties/sea-pact.html"}
        & made
    )


def test_new_words_in_a_provision_make_the_treaty_and_the_claims_that_cite_it(shelf: Shelf) -> None:
    change = {"content/treaties/river-pact.md": treaty("River Pact", ARTICLES.replace("shared", "shared by all"))}
    made = pages_made(shelf.update(change))
    assert {"treaties/river-pact.html", "documents/letter.html", "claims/letter/tested.html"} <= made
    assert (
        not {"documents/note.html", "claims/note/old.html", "claims/letter/clean.html", "about.html", "treaties/sea-pact.html"}
        & made
    )


def test_new_words_in_a_page_make_that_page(shelf: Shelf) -> None:
    assert pages_made(shelf.update({"content/pages/about.md": page("About", "Another page [@survey].", nav="1")})) == {
        "about.html"
    }


def test_a_new_title_in_the_menu_makes_every_page(shelf: Shelf) -> None:
    made = pages_made(shelf.update({"content/pages/about.md": page("About us", "A page on the river [@survey].", nav="1")}))
    assert {"documents/letter.html", "treaties/sea-pact.html", "about.html", "index.html"} <= made


def test_a_failed_build_is_followed_by_one_that_makes_what_both_edits_touch(shelf: Shelf) -> None:
    broken = shelf.update({"content/pages/about.md": page("About", "A [[gone]] thing.", nav="1")})
    assert [one.code for one in broken.diagnostics] == ["unknown-term"]
    assert broken.outputs == {}
    shelf.update({"content/annotations/note/old.md": claim("the weir is old", "The [[sluice]] as well [@tables].")})
    mended = shelf.update({"content/pages/about.md": page("About", "A new thing [@survey].", nav="1")})
    assert mended.diagnostics == ()
    assert b"A new thing" in shelf.outputs["about.html"]
    assert b"as well" in shelf.outputs["documents/note.html"]
