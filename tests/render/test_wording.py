"""The interface's words: a table a language, dates and numbers as each writes them, and no English where another is spoken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.trial import Builder, build_site
from triptych.model import Date, Suspension, Treaty
from triptych.render.templates import Templates, load_templates
from triptych.render.wording import Wordings
from triptych.words import CLAIM_KINDS, TREATY_KINDS, Wording, kind_label, treaty_status

ROOT = Path(__file__).parents[2]
THEME = ROOT / "theme"
CASES = ROOT / "tests" / "cases"
WORDS = {f"theme/words/{path.name}": path.read_bytes() for path in sorted((THEME / "words").glob("*.toml"))}
OURS = {name.removeprefix("theme/"): data for name, data in WORDS.items()}
LANGUAGES = ("fr", "ru")
FORMS = {"en": {"one", "other"}, "fr": {"one", "other"}, "ru": {"one", "few", "many", "other"}}
SHOWN = ("aria-label", "alt", "title", "placeholder", "data-done", "content")  # attributes that a reader reads or hears
# What a page says in Latin letters whatever its language: addresses, and signs of the web.
ALLOWED = re.compile(r"https?://\S+|width=device-width, initial-scale=1|light dark|noindex|summary|article|website|0; url=\S+")
SITE = {
    "content/site.toml": b'title = "River"\n',
    "seeds/letter.txt": b"The water is clean.\n",
    "content/annotations/letter/index.md": b"---\ntitle: A letter\n---\n",
    "content/annotations/letter/clean.md": b"---\nreviewed: 1991-02\n---\n\n> water is clean\n\nIt is [so](https://river.example).\n",
}


def tables() -> dict[str, dict[str, str | dict[str, str]]]:
    return {Path(name).stem: tomllib.loads(data.decode()) for name, data in WORDS.items()}


def wording(language: str, theme: Mapping[str, str] | None = None) -> Wording:
    """The words for a language; `theme` are a site's own tables, by tag."""
    wordings = Wordings(WORDS)
    assert wordings.learn({**OURS, **{f"words/{tag}.toml": text.encode() for tag, text in (theme or {}).items()}}) == ()
    found = wordings.choose(language)
    assert found is not None
    return found


def faults(tag: str, text: str) -> list[tuple[str, int, int, str]]:
    found = Wordings(WORDS).learn({**OURS, f"words/{tag}.toml": text.encode()})
    assert all(one.code == "template" and one.hint for one in found)
    return [(one.span.path, one.span.line, one.span.column, one.message) for one in found]


# --- The tables ------------------------------------------------------------------------------------------------------


def test_our_own_tables_have_no_faults() -> None:
    assert {Path(name).stem for name in WORDS} == {"en", *LANGUAGES}
    assert Wordings(WORDS).learn(OURS) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_key_of_english_and_every_place(language: str) -> None:
    english, other = tables()["en"], tables()[language]
    assert list(other) == list(english)  # in the same order too
    for key, words in english.items():
        translated = other[key]
        if isinstance(words, str):
            assert isinstance(translated, str)
            assert sorted(re.findall(r"\{\w+\}", translated)) == sorted(re.findall(r"\{\w+\}", words)), key


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_count_has_all_the_plural_forms_of_its_language(language: str) -> None:
    counts = {key: forms for key, forms in tables()[language].items() if isinstance(forms, dict)}
    assert counts
    for key, forms in counts.items():
        assert set(forms) == FORMS[language], key
        assert all("{n}" in words for words in forms.values()), key


def test_french_sets_its_spaces_before_tall_signs() -> None:
    for key, words in tables()["fr"].items():
        for text in words.values() if isinstance(words, dict) else (words,):
            assert not re.search(r"(?<![\u202f])[;!?»]|(?<!\u00a0):|«(?!\u202f)", text), key


def test_every_key_is_used_and_every_key_that_is_used_is_there() -> None:
    known = set(tables()["en"])
    sources = [*(THEME / "templates").rglob("*.html"), *(ROOT / "triptych").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    called = re.findall(r"""\b(?:words|plain|say)(?:\.plain|\.count)?\(\s*f?"([a-z][\w-]*)[",]""", text)
    assert set(called) <= known, set(called) - known
    made = {f"{start}{kind}" for kind in TREATY_KINDS for start in ("treaty-kind-", "treaty-group-")}
    made |= {f"kind-{kind}{end}" for kind in CLAIM_KINDS for end in ("", "-meaning")}
    assert made <= known
    details = {key for key in known if key.startswith("source-")}
    unused = {key for key in known - made - details if f'"{key}"' not in text}
    assert unused == set()


def test_every_detail_of_a_source_has_words() -> None:
    text = (ROOT / "triptych/read/sources.py").read_text(encoding="utf-8")
    names = re.search(r"_DETAILS = _words\(\s*\"([^)]*)\"\s*\)", text)
    assert names is not None
    details = {*names[1].replace('"', " ").split(), "editor", "translator", "interviewer", "recipient", "issued"}
    assert {f"source-{name}" for name in details - {"number"}} | {"source-number-detail"} <= set(tables()["en"])


def test_templates_have_no_words_of_their_own() -> None:
    for path in (THEME / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for tag in re.findall(r"<[a-z][^>]*>", text):
            said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            words = [said[name] for name in SHOWN if name != "content" and re.search("[^\\W\\d_]", said.get(name, ""))]
            assert words == [], path.name
        bare = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", text)
        assert re.findall(r"[^\W\d_]+", bare) == [], path.name


# --- Choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Context"), ("en-US", "Context"), ("fr", "Contexte"), ("fr-CA", "Contexte"), ("RU", "Контекст"), ("EN", "Context")],
)
def test_a_language_has_its_own_table_or_that_of_the_wider_language(language: str, words: str) -> None:
    assert wording(language)("context") == words


@pytest.mark.parametrize(("language", "start"), [("de", '<span lang="en">'), ("ar", '<span lang="en" dir="ltr">')])
def test_a_language_without_a_table_has_english_that_says_so(language: str, start: str) -> None:
    words = wording(language)
    assert words("context") == f"{start}Context</span>"
    assert words.plain("context") == "Context"
    assert words.count("claims", 1) == f"1{start} claim</span>"
    assert words("standing-and", before="A", after="B") == "A, B"  # no words, so of no language


def test_dates_are_the_sites_whatever_the_words_are() -> None:
    words = wording("de")
    date = words.date(Date(2022, 2, 17))
    assert words("updated", date=date) == '<span lang="en">Updated </span>17. Februar 2022.'


def test_values_are_escaped_and_markup_is_not() -> None:
    words = wording("en")
    assert words("published-by", publisher="A & B") == "Published by A &amp; B."
    assert words("published-by", publisher=words.names(["A", "B"])) == "Published by <bdi>A</bdi> and <bdi>B</bdi>."
    assert words.plain("passage-number", number=1, title="A & B") == "Claim 1: A & B"


def test_a_sites_own_table_changes_a_word_and_keeps_the_others() -> None:
    theme = {"en": 'context = "Background"\n', "fr": 'context = "Arrière-plan"\n[claims]\none = "{n} dire"\n'}
    assert wording("en", theme)("context") == "Background"
    assert wording("en", theme)("treaty") == "Treaty"
    french = wording("fr", theme)
    assert (french("context"), french("treaty")) == ("Arrière-plan", "Traité")
    assert (french.count("claims", 1), french.count("claims", 2)) == ("1 dire", "2 affirmations")


def test_a_sites_own_table_adds_a_language_and_the_rest_is_english() -> None:
    words = wording("de-AT", {"de": 'context = "Hintergrund"\n'})
    assert words("context") == "Hintergrund"
    assert words("treaty") == '<span lang="en">Treaty</span>'


# --- Dates, names, numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("17 February 2022", "1 February 2022", "February 2022", "2022")),
        ("en-US", ("February 17, 2022", "February 1, 2022", "February 2022", "2022")),
        ("fr", ("17 février 2022", "1er février 2022", "février 2022", "2022")),
        ("ru", ("17 февраля 2022", "1 февраля 2022", "февраль 2022", "2022")),
        ("zh", ("2022年2月17日", "2022年2月1日", "2022年2月", "2022")),
        ("tlh", ("17 February 2022", "1 February 2022", "February 2022", "2022")),
    ],
)
def test_a_date_reads_as_its_language_writes_it_and_no_more_exactly_than_it_is(language: str, shown: tuple[str, ...]) -> None:
    words = wording(language)
    dates = (Date(2022, 2, 17), Date(2022, 2, 1), Date(2022, 2), Date(2022))
    assert tuple(words.date(date) for date in dates) == shown
    assert [words.show_date(date).iso for date in dates] == ["2022-02-17", "2022-02-01", "2022-02", "2022"]


@pytest.mark.parametrize("date", [Date(1), Date(9999, 12, 31), Date(800, 12)])
def test_the_oldest_and_the_latest_year_are_shown(date: Date) -> None:
    assert str(date.year) in wording("ru").date(date)


@pytest.mark.parametrize(
    ("language", "n", "shown"),
    [
        ("en", 0, "0 claims"),
        ("en", 1, "1 claim"),
        ("en", 21, "21 claims"),
        ("fr", 0, "0 affirmation"),
        ("fr", 1, "1 affirmation"),
        ("fr", 2, "2 affirmations"),
        ("ru", 1, "1 утверждение"),
        ("ru", 3, "3 утверждения"),
        ("ru", 11, "11 утверждений"),
        ("ru", 21, "21 утверждение"),
        ("ru", 22, "22 утверждения"),
        ("ru", 112, "112 утверждений"),
    ],
)
def test_a_number_takes_the_form_that_its_language_has_for_it(language: str, n: int, shown: str) -> None:
    assert wording(language).count("claims", n) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "A, B and C"), ("fr", "A, B et C"), ("ru", "A, B и C"), ("ja", "A、B、C")],
)
def test_names_are_listed_as_in_the_language(language: str, shown: str) -> None:
    words = wording(language)
    assert re.sub("</?bdi>", "", words.names(["A", "B", "C"])) == shown
    assert words.names(["<b>"]) == "<bdi>&lt;b&gt;</bdi>"
    assert words.names([]) == ""


# --- Agreements ------------------------------------------------------------------------------------------------------

TREATY = Treaty(
    id="x",
    path="content/treaties/x.md",
    title="X",
    short="X",
    kind="treaty",
    in_force=Date(1992, 7),
    binding=True,
    suspended=(Suspension(date=Date(2007, 12, 12), by="RU"),),
)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "Treaty, legally binding, in force since 1992; suspended by RU 2007"),
        ("fr", "Traité, à valeur juridiquement contraignante, en vigueur depuis 1992\u202f; application suspendue en 2007 (RU)"),
        ("ru", "Договор, имеет обязательную юридическую силу, в силе с 1992 года; действие приостановлено в 2007 году (RU)"),
    ],
)
def test_what_an_agreement_is_stands_in_one_sentence_of_the_language(language: str, shown: str) -> None:
    words = wording(language)
    assert treaty_status(TREATY, words) == shown
    assert treaty_status(TREATY, words.plain) == shown


def test_a_kind_of_the_sites_own_keeps_its_label() -> None:
    words = wording("ru")
    assert kind_label("fact", {"fact": "Feststellung"}, words) == "Feststellung"
    assert kind_label("fact", {}, words) == "Утверждение о факте"
    assert kind_label("strange", {}, words) == "strange"


# --- Faults ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ('a = "b"\n\ncontext = \n', 3, 11, "this is not TOML"),
        ('\ncontekst = "Kontext"\n', 2, 1, "`contekst` is not a key of the words in English"),
        ('updated = "Neu {datum}."\n', 1, 1, "`updated` has no place `{datum}` in English"),
        ('treaty = "{n}"\n', 1, 1, "`treaty` has no place `{n}` in English"),
        ("context = 3\n", 1, 1, "`context` takes words"),
        ('[claims]\nother = "{n} Sätze"\nseveral = "{n}"\n', 3, 1, "`several` is no plural form"),
        ('[claims]\none = "{n} Satz"\n', 1, 2, "`claims` lacks the form `other`"),
    ],
)
def test_a_fault_of_a_table_is_told_at_its_line(text: str, line: int, column: int, message: str) -> None:
    (fault,) = faults("de", text)
    assert fault[:3] == ("theme/words/de.toml", line, column)
    assert fault[3].startswith(message)


def test_a_table_of_no_language_is_a_fault() -> None:
    assert faults("no_language", "") == [("theme/words/no_language.toml", 1, 1, "`no_language` is no language")]


def test_english_may_have_more_words_and_no_other_places() -> None:
    assert faults("en", 'of-our-own = "More"\n') == []
    assert [one[3] for one in faults("en", 'updated = "{when}"\n')] == ["`updated` has no place `{when}` in English"]


def test_without_english_there_are_no_words_and_that_is_told() -> None:
    wordings = Wordings({})
    (fault,) = wordings.learn({"words/en.toml": b"= nothing"})[-1:]
    assert (fault.code, fault.span.path) == ("template", "theme/words/en.toml")
    assert wordings.choose("en") is None


def test_a_template_that_asks_for_words_that_are_not_there_is_at_fault() -> None:
    templates: Templates | None = load_templates({"templates/page.html": 'one\n{{ words("nothing-such") }}'}).value
    assert templates is not None
    (fault,) = templates.render("page.html", words=wording("en")).diagnostics
    assert (fault.code, fault.span.path, fault.span.line) == ("template", "theme/templates/page.html", 2)
    assert fault.message == "there are no words `nothing-such`"
    assert "theme/words/en.toml" in fault.hint


# --- Sites -----------------------------------------------------------------------------------------------------------


def test_a_broken_table_stops_the_build_and_a_mended_one_makes_every_page_again() -> None:
    builder = Builder()
    first = builder.update(SITE)
    assert first.is_good
    broken = builder.update({"theme/words/en.toml": b"context = \n"})
    assert [one.span.path for one in broken.diagnostics if one.code == "template"] == ["theme/words/en.toml"]
    assert not broken.outputs
    own = {"theme/words/en.toml": b'context = "Background"\n'}
    mended = builder.update(own)
    assert mended.is_good
    assert b">Background<" in mended.outputs["documents/letter.html"]
    assert {path for path in first.outputs if path.endswith(".html")} == mended.made
    again = builder.update({"theme/words/en.toml": None})
    assert again.outputs["documents/letter.html"] == first.outputs["documents/letter.html"]


def test_another_language_makes_every_page_again_as_a_clean_build_does() -> None:
    builder = Builder()
    first = builder.update(SITE)
    french = {"content/site.toml": b'title = "River"\nlanguage = "fr"\n'}
    second = builder.update(french)
    clean = build_site({**SITE, **french})
    assert {**first.outputs, **second.outputs} == clean.outputs
    assert "Dernière relecture\u00a0: <time" in clean.outputs["documents/letter.html"].decode()


def said(node: LexborNode, language: str) -> Iterator[str]:
    """Texts and attributes for readers that stand in no element of another language."""
    own = node.attributes.get("lang")
    if node.tag in ("script", "style") or (own is not None and own != language):
        return
    if node.is_text_node:
        yield node.text_content or ""
    yield from (value or "" for name, value in node.attributes.items() if name in SHOWN and "http-equiv" not in node.attributes)
    for child in node.iter(include_text=True):
        yield from said(child, language)


def case_pages(name: str) -> dict[str, LexborHTMLParser]:
    folder = CASES / name
    paths = (path for root in ("seeds", "content") for path in (folder / root).rglob("*") if path.is_file())
    build = build_site({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    assert build.is_good
    return {path: LexborHTMLParser(data.decode()) for path, data in build.outputs.items() if path.endswith(".html")}


def test_no_english_word_is_left_in_a_russian_site() -> None:
    pages = case_pages("language-russian")
    assert len(pages) > 25
    for path, page in pages.items():
        assert page.root is not None
        for text in said(page.root, "ru"):
            assert not re.search("[A-Za-z]", ALLOWED.sub("", text)), f"{path}: {text}"


def test_no_english_sentence_is_left_in_a_french_site() -> None:
    english, french = tables()["en"], tables()["fr"]
    same = {"Original", "Timeline", "Context", "Sources", "Source", "Contact: "}  # or the beginning of a French word
    words = {one for key, one in english.items() if isinstance(one, str) and one != french[key] and "{" not in one} - same
    for path, page in case_pages("language-french").items():
        assert page.root is not None
        for text in said(page.root, "fr-CA"):
            assert not [one for one in words if re.search(rf"\b{re.escape(one)}\b", text)], f"{path}: {text}"
