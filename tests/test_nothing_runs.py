"""Nothing that authors write runs in a reader's browser, or is worked out by the generator: it is shown as it stands."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.trial import build_site
from triptych.diagnostics import Severity

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
    "content/site.toml": b'title = "Case"\n',
    "seeds/letter.txt": b"The river board says that the water is clean.\n\nIt was tested twice last year.\n",
    "content/annotations/letter/index.md": INDEX,
    CLAIM: b"---\nkind: fact\n---\n\n> the water is clean\n\nThe survey agrees [@survey], a [[weir]] too.\n",
    "content/treaties/river-pact.md": TREATY,
    "content/glossary/weir.md": TERM,
    "content/sources.yaml": SOURCES,
    "content/timeline.yaml": b"- date: 1990\n  title: The survey is printed\n  source: survey\n",
    ABOUT: b"---\ntitle: About\n---\n\nA [[weir]], see [@river-pact, art. 1] and [@survey].\n",
}


HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7771*3 }}", "{% raw %}{{ 7771*3 }}",
    "' onmouseover='alert(1)",
    "</title><script>x</script>", "javascript:alert(1)", "]]><script>x</script>", "--><svg onload=x>", "&lt;script&gt;",
    "\ue000\uf8ff\ufdd0",
    "</script><script>x", "<style>*{}</style>", "%3Cscript%3E", "\\u003cscript\\u003e", "${alert(1)}",
    "$& \\1 %s",
]  # fmt: skip


def hostile_site(evil: str) -> dict[str, bytes]:
    """A site with the same words in every place where an author may write words."""
    said = json.dumps(evil, ensure_ascii=False)
    typed = re.sub(r"([\\`*_{}\[\]<>()#+\-.!|&~$%:;'\"@^=,/?])", r"\\\1", evil)
    locator = typed.replace("\\;", "")  # a semicolon ends it
    files = dict(WHOLE)
    files["content/site.toml"] = (
        f'title = {said}\ntagline = {said}\npublisher = {said}\nlicence = {said}\nbase_url = "https://river.example"\n'
        f"[kinds]\nodd = {said}\n"
    ).encode()
    files["seeds/letter.txt"] = f"The water is clean. {evil} ends it.\n\nMore {evil}\n".encode()
    files["seeds/other.md"] = f"# {evil}\n\n{evil}\n\n```html\n{evil}\n```\n\n{typed}\n".encode()
    index = "".join(f"{key}: {said}\n" for key in ("title", "publisher", "author", "rights", "description"))
    files["content/annotations/letter/index.md"] = f"---\n{index}---\n\nSent {typed}\n".encode()
    files["content/annotations/other/index.md"] = f"---\n{index}---\n\n{evil}\n".encode()
    files[CLAIM] = (
        f"---\ntitle: {said}\nspeaker: {said}\nkind: odd\ntags: [{said}]\nauthors: [{said}]\n"
        f"treaties:\n  - ref: river-pact\n    note: {said}\n"
        f"corrections:\n  - date: 1990\n    note: {json.dumps(typed, ensure_ascii=False)}\n"
        f"rating: {{label: {said}, value: {said}}}\n---\n\n> water is clean.\n\n"
        f"## So {typed}\n\n{evil}\n\nSo {typed} [[weir|a {typed} b]] [@survey, p. {locator}] "
        f"![{typed}](x.png) [{typed}](https://river.example/)\n"
        f"\n```html\n{evil}\n```\n\n`{evil.replace('`', '')}`\n"
    ).encode()
    files["content/annotations/letter/x.png"] = b"\x89PNG\r\n\x1a\n"
    files["content/treaties/river-pact.md"] = (
        f"---\ntitle: {said}\nshort: {said}\nkind: treaty\nparties: [{said}]\ndepositary: {said}\n"
        f"status: {said}\nbinding: {said}\n"
        f"suspended:\n  - date: 1990\n    by: {said}\naliases: [{said}]\n---\n\n## Article 1: {typed}\n\n{typed}\n"
    ).encode()
    files["content/glossary/weir.md"] = f"---\nterm: weir\naliases: [{said}]\n---\n\nA wall {typed}\n".encode()
    files["content/sources.yaml"] = (
        f"- id: survey\n  title: {said}\n  author: [{{literal: {said}}}, {{family: {said}, given: {said}}}]\n"
        f"  publisher: {said}\n"
        f"  container-title: {said}\n  publisher-place: {said}\n  note: {said}\n  volume: {said}\n  page: {said}\n"
    ).encode()
    files["content/timeline.yaml"] = f"- date: 1990\n  title: {said}\n  source: survey\n".encode()
    files[ABOUT] = f"---\ntitle: {said}\ndescription: {said}\n---\n\n{typed} [@river-pact, art. 1] [[weir]] and {evil}\n".encode()
    return files


def running_parts(page: LexborHTMLParser) -> list[str]:
    """What of a page would run or reach out, the theme's own script files excepted."""
    found = [
        node.html or ""
        for node in page.css("script:not([src]), style, iframe, object, embed, svg[onload], base, form[action^=http]")
    ]
    for node in page.css("*"):
        for name, value in node.attributes.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                found.append(f"{node.tag} {name}")
            elif name in ("href", "src") and re.match(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", address):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_from_content_runs_or_is_evaluated(evil: str) -> None:
    build = build_site(hostile_site(evil))
    errors = [one for one in build.diagnostics if one.severity is Severity.ERROR]
    assert errors == []
    ours = {script for page in build_site(WHOLE).outputs.items() if page[0].endswith(".html") for script in scripts_of(page[1])}
    for path, data in build.outputs.items():
        assert b"23313" not in data, path
        if path.endswith(".html"):
            page = LexborHTMLParser(data.decode())
            assert running_parts(page) == [], path
            assert scripts_of(data) <= ours, path
            assert page.css("img[src=x]") == []
        elif path.endswith(".xml"):
            ElementTree.fromstring(data)
    about = LexborHTMLParser(build.outputs["about.html"].decode()).css_first("h1")
    assert about is not None
    assert about.text().split() == evil.split()


def scripts_of(data: bytes) -> set[str]:
    """Names of the script files that a page asks for."""
    nodes = LexborHTMLParser(data.decode()).css("script")
    return {(node.attributes.get("src") or "inline").lstrip("./") for node in nodes}


ESCAPES = [r"\x01", r"\x1b", r"\0", r"\x7f", r"\x85", r"\ud800", r"\udfff", r"\uFFFE"]


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("path", ["content/pages/about.md", "content/sources.yaml", "content/site.toml"])
def test_control_characters_by_escape_never_reach_a_page(escape: str, path: str) -> None:
    text = WHOLE[path].decode()
    text = re.sub(r"(title(?: =|:) )\"?([\w ]+)\"?", lambda match: f'{match[1]}"{match[2]}{escape}"', text, count=1)
    build = build_site({**WHOLE, path: text.encode()})
    assert bool(build.outputs) is not any(one.severity is Severity.ERROR for one in build.diagnostics)
    for data in build.outputs.values():
        if data[:4] not in (b"wOF2", b"\x89PNG"):
            data.decode()
            assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", data)
