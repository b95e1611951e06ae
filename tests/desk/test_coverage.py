"""Coverage says which paragraphs of a document no claim speaks to, and how much of its text is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial import EXAMPLES, Builder, Options
from triptych.desk.coverage import Coverage, measure_coverage, render_coverage

SEED = (
    "Water is\nclean. It was tested.\n\n\nThe weir is old.\n   \nNobody knows why it was built where it stands today, or when.\n"
)


def coverage(files: dict[str, str], *, drafts: bool = False) -> tuple[Coverage, ...]:
    builder = Builder(theme={}, options=Options(drafts=drafts))
    builder.update({path: text.encode() for path, text in {"content/site.toml": 'title = "Case"', **files}.items()})
    return measure_coverage(builder.site)


def lines(files: dict[str, str], *, drafts: bool = False) -> list[str]:
    return render_coverage(coverage(files, drafts=drafts)).splitlines()


def test_paragraphs_without_a_claim_are_listed_with_their_line_and_first_words() -> None:
    claims = {"content/annotations/x/tested.md": "> clean. It was tested"}
    assert lines({"seeds/x.txt": SEED, **claims}) == [
        "seeds/x.txt:5: paragraph 2 has no claim: “The weir is old.”",
        "seeds/x.txt:7: paragraph 3 has no claim: “Nobody knows why it was built where it…”",
        "x: 1 of 3 paragraphs has a claim; marked passages cover 19 % of the text",
    ]


def test_a_document_without_claims_has_none_of_its_paragraphs_covered() -> None:
    (found,) = coverage({"seeds/x.txt": SEED})
    assert (found.paragraphs, [one.number for one in found.uncovered], found.marked, found.percent) == (3, [1, 2, 3], 0, 0)


def test_white_space_does_not_count_and_overlapping_passages_count_once() -> None:
    claims = {
        "content/annotations/x/a.md": "> a b c",
        "content/annotations/x/b.md": "> c d e",
        "content/annotations/x/c.md": "> b c",
    }
    (found,) = coverage({"seeds/x.txt": "a\nb   c\td e \u00a0 f\n", **claims})
    assert (found.characters, found.marked, found.uncovered) == (6, 5, ())


def test_what_a_quote_leaves_out_is_not_covered() -> None:
    claims = {"content/annotations/x/a.md": "> Water is […] built where"}
    (found,) = coverage({"seeds/x.txt": SEED, **claims})
    assert [one.number for one in found.uncovered] == [2]
    assert found.marked == len("Wateris" + "builtwhere")


def test_a_passage_across_paragraphs_covers_all_that_it_touches() -> None:
    claims = {"content/annotations/x/a.md": "> tested. The weir is old. Nobody"}
    assert lines({"seeds/x.txt": SEED, **claims}) == ["x: 3 of 3 paragraphs have a claim; marked passages cover 30 % of the text"]


def test_every_quote_of_a_claim_counts() -> None:
    claims = {"content/annotations/x/a.md": "> Water is\n\n> The weir\n\nThe context."}
    (found,) = coverage({"seeds/x.txt": SEED, **claims})
    assert [one.number for one in found.uncovered] == [3]


def test_a_quote_that_is_not_found_covers_nothing() -> None:
    (found,) = coverage({"seeds/x.txt": SEED, "content/annotations/x/a.md": "> Water is\n\n> The dam\n\nThe context."})
    assert (len(found.uncovered), found.marked) == (3, 0)


def test_drafts_count_only_where_they_are_published() -> None:
    files = {"seeds/x.txt": SEED, "content/annotations/x/a.md": "---\ndraft: true\n---\n\n> Water is"}
    assert [len(one.uncovered) for one in coverage(files)] == [3]
    assert [len(one.uncovered) for one in coverage(files, drafts=True)] == [2]


def test_in_markdown_every_block_with_text_of_its_own_is_a_paragraph() -> None:
    seed = "# The *note*\n\n- one\n- two\n\n> three\n> four\n\n```\ncode\n```\n"
    assert lines({"seeds/x.md": seed, "content/annotations/x/a.md": "> three four"}) == [
        "seeds/x.md:1: paragraph 1 has no claim: “The note”",
        "seeds/x.md:3: paragraph 2 has no claim: “one”",
        "seeds/x.md:4: paragraph 3 has no claim: “two”",
        "seeds/x.md:9: paragraph 5 has no claim: “code”",
        "x: 1 of 5 paragraphs has a claim; marked passages cover 35 % of the text",
    ]


def test_documents_come_in_the_order_of_their_files_and_an_empty_one_says_so() -> None:
    files = {"seeds/b.txt": "One line.", "seeds/a.txt": "", "content/annotations/b/a.md": "> One line."}
    assert lines(files) == [
        "a: the document has no words",
        "b: 1 of 1 paragraph has a claim; marked passages cover 100 % of the text",
    ]
    assert render_coverage(()) == ""


@pytest.mark.parametrize(("marked", "percent"), [(0, 0), (1, 1), (5, 1), (500, 50), (999, 99), (1000, 100)])
def test_nothing_and_all_are_said_only_where_they_are_so(marked: int, percent: int) -> None:
    one = Coverage(doc="x", path="seeds/x.txt", paragraphs=1, uncovered=(), characters=1000, marked=marked)
    assert one.percent == percent


@EXAMPLES
@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(1, 6)), max_size=5),
    st.lists(st.sampled_from(" \n"), min_size=19, max_size=19),
)
def test_a_paragraph_is_covered_where_one_of_its_words_is_marked(spans: list[tuple[int, int]], gaps: list[str]) -> None:
    words = [f"{chr(97 + at)}{at}x" for at in range(20)]  # no word is part of another
    paragraphs: list[list[int]] = [[0]]
    for at, gap in enumerate(gaps, 1):
        if gap == "\n":
            paragraphs.append([])
        paragraphs[-1].append(at)
    files = {"seeds/x.txt": "\n\n".join(" ".join(words[at] for at in one) for one in paragraphs)}
    marked: set[int] = set()
    for number, (start, width) in enumerate(spans):
        files[f"content/annotations/x/claim-{number}.md"] = "> " + " ".join(words[start : start + width])
        marked.update(range(start, min(start + width, 20)))
    (found,) = coverage(files)
    assert [one.number for one in found.uncovered] == [n for n, one in enumerate(paragraphs, 1) if marked.isdisjoint(one)]
    assert found.marked == sum(len(words[at]) for at in marked)
