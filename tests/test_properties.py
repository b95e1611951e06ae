"""What holds of every site, whatever its authors write: told by example after example that nobody thought of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from tests.trial import EXAMPLES, Build, build_site
from triptych.diagnostics import Severity

CONFIG = b'title = "Case"\nbase_url = "https://river.example/case"\n'
INDEX = b"---\ntitle: A letter\n---\n\nSent to all households.\n"
SOURCES = b"- id: survey\n  title: A survey of the river\n"
TREATY = (
    b"---\ntitle: Pact on the River\nshort: River Pact\nkind: treaty\n---\n\n"
    b"## Article 1: Water\n\nThe water is shared.\n\n## Article 2: Walls\n\nNo wall is high.\n"
)
TERM = b"---\nterm: weir\naliases: [weirs, low dam]\n---\n\nA low wall across a river.\n"
ABOUT = "content/pages/about.md"
CLAIM = "content/annotations/letter/01-clean.md"
WHOLE: dict[str, bytes] = {
    "content/site.toml": CONFIG,
    "seeds/letter.txt": b"The river board says that the water is clean.\n\nIt was tested twice last year.\n",
    "content/annotations/letter/index.md": INDEX,
    CLAIM: b"---\nkind: fact\n---\n\n> the water is clean\n\nThe survey agrees [@survey], a [[weir]] too.\n",
    "content/treaties/river-pact.md": TREATY,
    "content/glossary/weir.md": TERM,
    "content/sources.yaml": SOURCES,
    "content/timeline.yaml": b"- date: 1990\n  title: The survey is printed\n  source: survey\n",
    ABOUT: b"---\ntitle: About\n---\n\nA [[weir]], see [@river-pact, art. 1] and [@survey].\n",
}


def errors_of(build: Build) -> list[str]:
    return [f"{one.span}: {one.code}: {one.message}" for one in build.diagnostics if one.severity is Severity.ERROR]


def paragraphs_of(page: bytes) -> list[str]:
    """The text of each paragraph of a document as the reader's browser has it, in the order of their numbers."""
    nodes = LexborHTMLParser(page.decode()).css("[data-paragraph]")
    numbered = [(int(node.attributes["data-paragraph"] or 0), node.text()) for node in nodes]
    assert [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
    return [text for _, text in numbered]


# --- the words of a document -----------------------------------------------------------------------------------------

WORDS = [
    "water",
    "river",
    "wall",
    "clean",
    "not",
    "tested",
    "“red”",
    "‘blue’",
    "Art.",
    "6(c)",
    "—",
    "…",
    "é",
    "é",
    "<b>",
    "&amp;",
    "&",
    "]]",
    "[[",
    "{{",
    "}}",
    "`x`",
    "*y*",
    "_z_",
    "河水",
    "清洁",
    "نظيف",
]
ODD = [
    "\ue000",
    "\uf8ff",
    "\ufdd0",
    "\u00ad",
    "\u200b",
    "\u2028",
    "\u00a0",
    "\u3000",
    "\ufb01",
    "🙂",
    "\U000f0000",
    "%7B",
    "[…]",
    "\\",
]
LINES = st.lists(st.sampled_from(WORDS + ODD), min_size=1, max_size=6).map(lambda parts: " ".join(["so", *parts, "end"]))
BLANKS = st.sampled_from(["", " ", "\t", " \t "])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """The text of a .txt seed: lines of words, and blank lines that hold nothing or spaces and tabs."""
    lines = draw(st.lists(LINES | BLANKS, max_size=8))
    lines.insert(draw(st.integers(0, len(lines))), draw(LINES))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


def split_paragraphs(text: str) -> list[str]:
    """The rule of the contract, written a second time."""
    lines = text.split("\n")
    held = [number for number, line in enumerate(lines) if line.strip(" \t")]
    within = lines[held[0] : held[-1] + 1]
    if all(line.strip(" \t") for line in within):
        return within
    joined = "\n".join(line if line.strip(" \t") else "" for line in within)
    return re.split(r"\n{2,}", joined)


@EXAMPLES
@given(texts(), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_a_documents_paragraphs_are_its_own_text(text: str, end: str, mark: str) -> None:
    seed = (mark + text.replace("\n", end)).encode()
    build = build_site({"content/site.toml": CONFIG, "seeds/letter.txt": seed, "content/annotations/letter/index.md": INDEX})
    assert errors_of(build) == []
    shown = [text.strip(" \t") for text in paragraphs_of(build.outputs["documents/letter.html"])]
    assert shown == [paragraph.strip(" \t") for paragraph in split_paragraphs(text)]


PLAIN = st.lists(
    st.lists(
        st.sampled_from(["water", "river", "wall", "clean", "tested", "board", "says", "that", "is", "and", "two"]),
        min_size=3,
        max_size=9,
    ),
    min_size=1,
    max_size=4,
)


@st.composite
def claimed_texts(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Paragraphs, and quotes that are whole words of them; some cross from one paragraph to the next, some leave words out."""
    paragraphs = [" ".join(words) + "." for words in draw(PLAIN)]
    words = " ".join(paragraphs).split(" ")
    quotes = []
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(words) - 1))
        last = draw(st.integers(first, min(len(words) - 1, first + 12)))
        quote = words[first : last + 1]
        if len(quote) > 4 and draw(st.booleans()):
            quote[1:-1] = ["[…]"]
        quotes.append(" ".join(quote))
    return paragraphs, quotes


@EXAMPLES
@given(claimed_texts())
def test_marks_leave_the_text_as_it_is_and_stand_on_the_words_quoted(claimed: tuple[list[str], list[str]]) -> None:
    paragraphs, quotes = claimed
    files = {**WHOLE, "seeds/letter.txt": "\n\n".join(paragraphs).encode()}
    del files[CLAIM]
    claims = {f"content/annotations/letter/c{n}.md": f"> {quote}\n\nSo [@survey].\n".encode() for n, quote in enumerate(quotes)}
    trial = build_site({**files, **claims})
    assert {one.code for one in trial.diagnostics if one.severity is Severity.ERROR} <= {"quote-ambiguous"}
    for one in trial.diagnostics:
        claims.pop(one.span.path, None)
    build = build_site({**files, **claims})
    assert errors_of(build) == []
    page = LexborHTMLParser(build.outputs["documents/letter.html"].decode())
    assert paragraphs_of(build.outputs["documents/letter.html"]) == paragraphs
    assert page.css("mark mark") == []
    for path in claims:
        slug = path.rpartition("/")[2].removesuffix(".md")
        marked = "".join(node.text() for node in page.css(f'[data-paragraph] mark[data-claim~="{slug}"]'))
        quote = quotes[int(slug[1:])]
        assert marked.replace(" ", "") == quote.replace("[…]", "").replace(" ", "")


INLINES = st.sampled_from(
    ["water", "*clean*", "**tested\ntwice**", "`a  b`", "<b>raw</b>", "&copy; &amp;", "\\*not\\*", "![[", "a\\\nb",
    "6(c) -- \"x\"...",
     "<https://river.example/>", "[there](https://river.example/ \"t\")", "[[weir]]", "[@survey]", "{{ x }}", "é 河水",
     "~~s~~", "[^1]"]
)  # fmt: skip
INLINE = st.lists(INLINES, min_size=1, max_size=4).map(lambda parts: " ".join(["so", *parts]))
LEAVES = st.one_of(
    INLINE,
    INLINE.map(lambda text: "# " + text.replace("\n", " ")),
    INLINE.map(lambda text: f"```python\n{text}\n```"),
    INLINE.map(lambda text: "    " + text.replace("\n", "\n    ")),
    st.just("| a | b |\n| - | - |\n| c | d |"),
    st.just("<div>\nraw *text*\n</div>"),
    st.just("***"),
    st.just("<!-- a note -->"),
)


def indent(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", "\n" + rest)


BLOCKS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: indent("\n\n".join(parts), "> ", "> ")),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: indent("\n\n".join(parts), "- ", "  ")),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: indent("\n\n".join(parts), "7. ", "   ")),
    ),
    max_leaves=6,
)


def markdown_words(text: str) -> list[str]:
    """The words of each block that holds text, by a plain CommonMark parser; white space is left out."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 1000})
    words = []
    for token in parser.parse(text):
        if token.type == "inline":
            words.append("".join(child.content for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            words.append(token.content)
    return ["".join(text.split()) for text in words]


@EXAMPLES
@given(st.lists(BLOCKS, min_size=1, max_size=4))
def test_a_markdown_documents_blocks_are_what_commonmark_renders(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)
    files = {"content/site.toml": CONFIG, "seeds/letter.md": text.encode(), "content/annotations/letter/index.md": INDEX}
    build = build_site(files)
    assert errors_of(build) == []
    shown = ["".join(text.split()) for text in paragraphs_of(build.outputs["documents/letter.html"])]
    assert [text for text in shown if text] == [text for text in markdown_words(text) if text]


# --- faults stand at their place -------------------------------------------------------------------------------------

SHAPES = [
    "{}", "Words before {} and after {}.", "- item {}", "1. one\n   - two {}", "> said {}\n> and {}", "> lazy\nline {}",
    "| a | b |\n| - | - |\n| x {} | {} |", "## Heading {}", "*em {}* and **strong {}**", "`code [[x]]` {}", "🙂 é e\u0301 {}",
    "Word\n: Meaning {}", "- a\n\n  > b {}\n  > - c {}", "-\ttab {}", "```\n[[no]]\n```\n\n{}", "a  \nb {}", "\\[[x] {}",
    "> > deep {}\n> shallow {}", "1. a\n\n       code [[x]]\n\n   b {}", "<!-- [[x]] -->\n\n{}", "Setext {}\n===",
    "~~gone {}~~ {}",
    "\"quoted\" -- {} ... {}", "[text](#heading-0) {}",
]  # fmt: skip
# spelling, what comes before the name in it, the name, the code
FAULTS = [
    ("[[gone{}]]", 2, "gone{}", "unknown-term"),
    ("[[ gone{} ]]", 3, "gone{}", "unknown-term"),
    ("[@gone{}]", 2, "gone{}", "unknown-source"),
    ("[@survey, p. 1; @gone{}, p. 2]", 17, "gone{}", "unknown-source"),
    ("[@river-pact, art. 9{}]", 2, "river-pact", "unknown-provision"),
    ("[a *b*](gone{}.md)", 8, "gone{}.md", "broken-link"),
    ('[a](<gone{}.md> "title")', 5, "gone{}.md", "broken-link"),
    ("![a](https://river.example/{}.png)", 5, "https://river.example/{}.png", "remote-image"),
    ("[a](javascript:gone{})", 4, "javascript:gone{}", "unsafe-url"),
    ("[a](//river.example/{})", 4, "//river.example/{}", "unsafe-url"),
]


@st.composite
def faulty_bodies(draw: st.DrawFn) -> tuple[str, list[tuple[str, int, str, str]]]:
    """A body, and for each fault in it its spelling (which occurs once), the offset of the name in it, the name, the code."""
    parts: list[str] = ["## Heading 0"]
    faults: list[tuple[str, int, str, str]] = []
    for shape in draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=5)):
        spellings = []
        for _ in range(shape.count("{}")):
            spelling, offset, name, code = draw(st.sampled_from(FAULTS))
            number = 10 + len(faults)
            faults.append((spelling.format(number), offset, name.format(number), code))
            spellings.append(spelling.format(number))
        parts.append(shape.format(*spellings))
    return "\n\n".join(parts) + "\n", faults


def place_of(text: str, spelling: str) -> tuple[int, int]:
    """Line and column, from 1, of the one place where a spelling stands."""
    before = text[: text.index(spelling)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@EXAMPLES
@given(faulty_bodies(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.booleans())
def test_every_fault_of_a_body_stands_at_the_words_concerned(
    body: tuple[str, list[tuple[str, int, str, str]]], end: str, mark: str, in_claim: bool
) -> None:
    text, faults = body
    path = CLAIM if in_claim else ABOUT
    head = "> the water is clean\n\nSee:\n\n" if in_claim else "---\ntitle: About\n---\n\n"
    build = build_site({**WHOLE, path: (mark + (head + text).replace("\n", end)).encode()})
    expected = []
    for spelling, offset, name, code in faults:
        line, column = place_of(head + text, spelling)
        expected.append((line, column + offset, len(name), code))
    found = [
        (one.span.line, one.span.column, one.span.width, one.code)
        for one in build.diagnostics
        if one.severity is Severity.ERROR and one.span.path == path
    ]
    assert found == sorted(expected)


# --- nothing breaks it -----------------------------------------------------------------------------------------------

TOKENS = [
    "---\n", "title: ", "term: ", "- id: ", "> ", "[[", "]]", "[@", "](", "[^a]", "[^a]: ", "\n\n", "\n", "|", "`", "```\n",
    "- ", "    ",
    "# ", "{#", "}", "\t", "<!--", "-->", "<b>", "&#0;", "&#xD800;", "\ufeff", "![", "\\", "*", "_", "~~",
    "the water is clean", "\r",
    ": ", "é", "e\u0301", "\u202e", "\u0085", "\x00", "{", "[", "]", "\"", "'", "!!str ", "&a ", "*a", "|", "~", "weir", "survey",
    "river-pact", "art. 1", "[…]", "...", "1. ", "| - |\n", "http://", "javascript:", "title = ", "[kinds]\n",
    "\"\\ud800\"", "9999-99-99",
]  # fmt: skip
PIECES = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)
BYTES = (
    st.binary(max_size=60) | PIECES.map(str.encode) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
PATHS = [
    *WHOLE,
    "content/sources.json",
    "seeds/other.md",
    "content/annotations/other/index.md",
    "content/stray.bin",
    "content/pages/a.png",
]


@EXAMPLES
@given(st.sampled_from(PATHS), BYTES, st.booleans())
def test_any_bytes_give_a_page_or_an_error(path: str, data: bytes, after: bool) -> None:
    kept = WHOLE.get(path, b"---\ntitle: Other\n---\n\n") if after else b""
    build = build_site({**WHOLE, path: kept + data})
    assert bool(build.outputs) is (errors_of(build) == [])
    for one in build.diagnostics:
        assert one.message
        assert one.span.line >= 1
        assert one.span.column >= 1
        assert one.span.width >= 0
    for page in build.outputs.values():
        page.decode() if page[:1] == b"<" else None


# --- random sites ----------------------------------------------------------------------------------------------------

SENTENCES = [
    f"The {a} {b} is {c}." for a in ("upper", "lower") for b in ("weir", "river", "low dam") for c in ("clean", "old", "here")
]
MENTIONS = [
    "a weir", "[[weir]]", "[[weir|its wall]]", "[[sluice]]", "[@survey]", "[@survey, p. 3; @tables]", "[@river-pact]",
    "[@river-pact, art. 1]",
    "[@river-pact, arts. 1–2]", "[@sea-pact, p. 2]", "*low dam*", "`weir`", "a note[^1]", "https://river.example/",
    "[out](https://river.example/)",
]  # fmt: skip
CONTEXTS = st.lists(st.sampled_from(MENTIONS), min_size=1, max_size=5).map(
    lambda parts: (
        "## Heading\n\nSee [above](#heading), "
        + ", ".join(parts)
        + ".\n"
        + ("\n[^1]: A note.\n" if "a note[^1]" in parts else "")
    )
)


@st.composite
def sites(draw: st.DrawFn) -> dict[str, bytes]:
    """A whole site without errors: documents, claims that overlap, and contexts that name everything there is."""
    files = {path: data for path, data in WHOLE.items() if not path.startswith(("content/annotations", "seeds"))}
    files["content/sources.yaml"] += b"- id: tables\n  title: Tables\n  issued: 1990\n"
    files["content/glossary/sluice.md"] = b"---\nterm: sluice\nsee: weir\n---\n\nA gate, see weirs.\n"
    files["content/treaties/sea-pact.md"] = (
        b"---\ntitle: Pact on the Sea\nshort: Sea Pact\nkind: draft\nformer: old-pact\n---\n\nSalt.\n"
    )
    files["content/pages/more.md"] = b"---\ntitle: More\nnav: 2\n---\n\n" + draw(CONTEXTS).encode()
    if draw(st.booleans()):
        files["content/site.toml"] = b'title = "Case"\n'
    for doc in ("letter", "note")[: draw(st.integers(1, 2))]:
        sentences = draw(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=6, unique=True))
        suffix = draw(st.sampled_from(["txt", "md"]))
        files[f"seeds/{doc}.{suffix}"] = "\n\n".join(sentences).encode()
        display = draw(st.sampled_from(["full", "quotes"]))
        files[f"content/annotations/{doc}/index.md"] = (
            f"---\ntitle: The {doc}\ndisplay: {display}\n---\n\n{draw(CONTEXTS)}".encode()
        )
        for number, quote in enumerate(draw(st.lists(st.sampled_from(sentences), max_size=4))):
            head = draw(
                st.sampled_from(
                    ["", "kind: fact\n", f"former: old-{number}\n", "speaker: The clerk\ntreaties: [river-pact#art-2]\n"]
                )
            )
            extra = f"\n> {sentences[0]}\n" if draw(st.booleans()) and quote != sentences[0] else ""
            claim = f"---\n{head}---\n\n> {quote}\n{extra}\n{draw(CONTEXTS)}"
            files[f"content/annotations/{doc}/{draw(st.integers(0, 9))}-c{number}.md"] = claim.encode()
    return files


def check_addresses(outputs: Mapping[str, bytes]) -> list[str]:
    """Every href, src and fragment that leads nowhere, and every id that a page has twice."""
    pages = {path: LexborHTMLParser(data.decode()) for path, data in outputs.items() if path.endswith(".html")}
    ids = {path: [node.attributes["id"] for node in page.css("[id]")] for path, page in pages.items()}
    faults = [f"{path}: id twice" for path, names in ids.items() if len(names) != len(set(names))]
    for path, page in pages.items():
        for node in page.css("[href], [src]"):
            address = node.attributes.get("href") or node.attributes.get("src") or ""
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "mailto") or path == "404.html":
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
            if target not in outputs:
                faults.append(f"{path}: {address}: no such file")
            elif parts.fragment and not parts.fragment.startswith(":~:") and unquote(parts.fragment) not in ids.get(target, ()):
                faults.append(f"{path}: {address}: no such place")
        for attribute in ("aria-labelledby", "aria-describedby", "aria-details", "aria-controls", "for", "popovertarget"):
            for node in page.css(f"[{attribute}]"):
                faults += [
                    f"{path}: {attribute}={name}" for name in (node.attributes[attribute] or "").split() if name not in ids[path]
                ]
    return faults


@EXAMPLES
@given(sites())
def test_every_address_leads_somewhere_and_no_id_is_there_twice(files: dict[str, bytes]) -> None:
    build = build_site(files)
    assert errors_of(build) == []
    assert check_addresses(build.outputs) == []


@EXAMPLES
@given(sites())
def test_pages_ask_nothing_of_other_hosts_and_claims_have_their_panels(files: dict[str, bytes]) -> None:
    build = build_site(files)
    for path, data in build.outputs.items():
        if not path.endswith(".html"):
            continue
        page = LexborHTMLParser(data.decode())
        assert page.css_first("html[lang]") is not None
        assert (
            page.css("img[src^=http], script[src^=http], link[rel=stylesheet][href^=http], iframe, object, embed, [style]") == []
        )
        policy = page.css_first('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None, path
        assert "unsafe-inline" not in (policy.attributes["content"] or "")
        for article in page.css("article[data-claim]"):
            assert [node.attributes["data-panel"] for node in article.css("[data-panel]")] == ["claim", "context", "treaty"]
            assert article.attributes["id"] == article.attributes["data-claim"]


@EXAMPLES
@given(sites(), st.randoms(use_true_random=False))
def test_the_order_of_files_is_moot_and_a_second_build_is_the_same(files: dict[str, bytes], random: object) -> None:
    files[ABOUT] += b"\n[[gone]] [@gone]\n" if len(files) % 2 else b""
    names = list(files)
    random.shuffle(names)  # type: ignore[attr-defined]
    first, second = build_site(files), build_site({name: files[name] for name in names})
    assert first.diagnostics == second.diagnostics
    assert dict(first.outputs) == dict(second.outputs)
    assert list(first.outputs) == list(second.outputs)
