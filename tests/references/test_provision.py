from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.diagnostics import Span
from triptych.model import Provision
from triptych.references.provision import Located, ProvisionIndex, heading_id, index_provisions, locate


@pytest.mark.parametrize(
    ("heading", "parent", "expected"),
    [
        ("Article IV: Limits", "", "art-iv"),
        ("Article 2(4)", "", "art-2-4"),
        ("Article 2 (4)", "", "art-2-4"),
        ("Art. 2.4", "", "art-2-4"),
        ("ARTICLE IV", "", "art-iv"),
        ("Article 4 (Limits)", "", "art-4"),
        ("Article 5 bis: More", "", "art-5-bis"),
        ("Article 5bis", "", "art-5-bis"),
        ("Article 6a", "", "art-6a"),
        ("Article IV(1)(a)", "", "art-iv-1-a"),
        ("Article IV.", "", "art-iv"),
        ("Article IV — Limits", "", "art-iv"),
        ("Article X – The end", "", "art-x"),
        ("§ 12 Scope", "", "sec-12"),
        ("§12", "", "sec-12"),
        ("Section III. Follow-up", "", "sec-iii"),
        ("Sec. 3", "", "sec-3"),
        ("Chapter VII", "", "ch-vii"),
        ("Principle I. Sovereign equality", "", "prin-i"),
        ("Annex A", "", "annex-a"),
        ("Annex", "", "annex"),
        ("Annex: Procedures", "", "annex"),
        ("Annex on inspections", "", None),
        ("Point 3", "", "point-3"),
        ("Paragraph 8", "", "para-8"),
        ("Para. 8", "", "para-8"),
        ("Preamble", "", "preamble"),
        ("Preamble to the Charter", "", "preamble"),
        ("Protocol Article II", "", None),
        ("Articles of faith", "", None),
        ("Article", "", None),
        ("Section a reader may skip", "", None),
        ("Sections of the text", "", None),
        ("Paradise 3", "", None),
        ("Limits", "art-iv", None),
        ("1.", "art-iv", "art-iv-1"),
        ("1", "art-iv", "art-iv-1"),
        ("(1)", "art-iv", "art-iv-1"),
        ("(a) Tanks", "art-iv-1", "art-iv-1-a"),
        ("a) Tanks", "art-iv-1", "art-iv-1-a"),
        ("2. Tanks and more", "art-iv", "art-iv-2"),
        ("1990 and after", "art-iv", None),
        ("1.", "", None),
        ("", "art-iv", None),
    ],
)
def test_a_heading_gives_an_id_by_its_label(heading: str, parent: str, expected: str | None) -> None:
    assert heading_id(heading, parent) == expected


def provision(heading: str, parent: str = "", id_: str | None = None, level: int = 2) -> Provision:
    given_id = id_ or heading_id(heading, parent)
    assert given_id is not None
    return Provision(id=given_id, heading=heading, level=level, parent=parent, span=Span("x.md", 1, 1))


@pytest.fixture
def cfe() -> ProvisionIndex:
    return index_provisions(
        [
            provision("Preamble"),
            provision("Article I: Definitions"),
            provision("Article II"),
            provision("Article III"),
            provision("Article IV: Limits"),
            provision("1.", "art-iv", level=3),
            provision("2.", "art-iv", level=3),
            provision("(a)", "art-iv-2", level=4),
            provision("(b)", "art-iv-2", level=4),
            provision("(c)", "art-iv-2", level=4),
            provision("Annex A"),
            provision("Protocol Article II", id_="protocol-ii"),
            provision("Final clauses", id_="final"),
        ]
    )


@pytest.mark.parametrize(
    ("locator", "ids"),
    [
        ("art. IV", ["art-iv"]),
        ("Article 4", ["art-iv"]),
        ("articles IV", ["art-iv"]),
        ("art IV", ["art-iv"]),
        ("art. iv", ["art-iv"]),
        ("art. IV(1)", ["art-iv-1"]),
        ("art. 4(1)", ["art-iv-1"]),
        ("art. 4 (1)", ["art-iv-1"]),
        ("art. 4.1", ["art-iv-1"]),
        ("art. IV, para. 1", ["art-iv-1"]),
        ("art. IV para 1", ["art-iv-1"]),
        ("art. IV § 1", ["art-iv-1"]),
        ("para. 1 of art. IV", ["art-iv-1"]),
        ("paragraph 2(b) of the article IV", ["art-iv-2-b"]),
        ("art. IV(1)(a)", ["art-iv-1"]),
        ("art. IV(9)", ["art-iv"]),
        ("art. IV, second sentence", ["art-iv"]),
        ("arts. 1 and 2", ["art-i", "art-ii"]),
        ("arts. I, II and IV(1)", ["art-i", "art-ii", "art-iv-1"]),
        ("art. I & art. III", ["art-i", "art-iii"]),
        ("arts. 1–3", ["art-i", "art-ii", "art-iii"]),
        ("arts. I to III", ["art-i", "art-ii", "art-iii"]),
        ("arts. I-III and IV", ["art-i", "art-ii", "art-iii", "art-iv"]),
        ("art. IV(1) and (2)", ["art-iv-1", "art-iv-2"]),
        ("art. IV(1)–(2)", ["art-iv-1", "art-iv-2"]),
        ("art. IV(2)(a)–(c)", ["art-iv-2-a", "art-iv-2-b", "art-iv-2-c"]),
        ("art. IV-1", ["art-iv-1"]),
        ("annex A", ["annex-a"]),
        ("preamble", ["preamble"]),
        ("preamble, para. 3", ["preamble"]),
        ("preambular para. 3", ["preamble"]),
        ("Protocol art. II", ["protocol-ii"]),
        ("Protocol, art. 2", ["protocol-ii"]),
        ("art. II of the Protocol", ["protocol-ii"]),
        ("final clauses", ["final"]),
        ("final", ["final"]),
        ("art-iv-1", ["art-iv-1"]),
        ("p. 4, art. II", ["art-ii"]),
        ("art. II, p. 4", ["art-ii"]),
    ],
)
def test_a_locator_reaches_the_deepest_provision(cfe: ProvisionIndex, locator: str, ids: list[str]) -> None:
    found = locate(locator, cfe)
    assert list(found.ids) == ids
    assert not found.missing


@pytest.mark.parametrize("locator", ["p. 4", "pp. 3-5", "page 12", "vol. 2", "vol. 2, p. 4", "volume III, pages 1 and 2", ""])
def test_a_page_or_volume_reaches_the_treaty(cfe: ProvisionIndex, locator: str) -> None:
    found = locate(locator, cfe)
    assert (found.ids, found.missing) == ((), ())


@pytest.mark.parametrize(
    ("locator", "missing", "near"),
    [
        ("art. 99", ("art. 99",), ("art-ii", "art-iii", "art-iv")),
        ("art. 1 and 99", ("art. 99",), ("art-ii", "art-iii", "art-iv")),
        ("art. 3–7", ("art. 7",), ("art-ii", "art-iii", "art-iv")),
        ("annex II", ("annex II",), ("annex-a",)),
        ("ch. VII", ("ch. VII",), ("preamble", "art-i", "art-ii")),
        ("prin. 2", ("prin. 2",), ("preamble", "art-i", "art-ii")),
        ("passim", ("passim",), ("preamble", "art-i", "art-ii")),
        ("51", ("51",), ("preamble", "art-i", "art-ii")),
        ("?!", ("?!",), ("preamble", "art-i", "art-ii")),
    ],
)
def test_what_the_treaty_does_not_have_is_named_with_the_near_ones(
    cfe: ProvisionIndex, locator: str, missing: tuple[str, ...], near: tuple[str, ...]
) -> None:
    found = locate(locator, cfe)
    assert (found.missing, found.near) == (missing, near)


def test_a_locator_that_says_more_than_its_provision_is_not_exact(cfe: ProvisionIndex) -> None:
    assert locate("art. IV(1)", cfe).is_exact
    assert locate("art. 4, para. 1", cfe).is_exact
    assert not locate("art. IV(9)", cfe).is_exact
    assert not locate("art. IV, p. 3", cfe).is_exact


def test_a_treaty_without_provisions_is_reached_by_any_locator() -> None:
    assert locate("art. 99", index_provisions([])) == Located()


def test_an_id_of_ones_own_is_reached_by_the_heading_and_by_the_id() -> None:
    index = index_provisions([provision("Article 3: Sanctions", id_="sanctions"), provision("Peace", id_="article-7")])
    assert locate("art. III", index).ids == ("sanctions",)
    assert locate("art. 7", index).ids == ("article-7",)


def test_parts_inside_parts_are_found_with_and_without_the_outer_one() -> None:
    charter = index_provisions(
        [
            provision("Chapter I"),
            provision("Article 1", "ch-i", level=3),
            provision("Chapter VII"),
            provision("Article 51", "ch-vii", level=3),
            provision("Paragraph 2", "art-51", id_="art-51-para-2", level=4),
        ]
    )
    assert locate("ch. VII, art. 51", charter).ids == ("art-51",)
    assert locate("art. 51", charter).ids == ("art-51",)
    assert locate("ch. 7", charter).ids == ("ch-vii",)
    assert locate("art. 51(2)", charter).ids == ("art-51",)
    assert locate("art. 51, para. 2", charter).ids == ("art-51-para-2",)
    assert locate("ch. 9, art. 51", charter).ids == ("art-51",)


def test_a_letter_is_not_taken_for_the_roman_number_where_both_are_there() -> None:
    treaty = index_provisions([provision("Article 4"), provision("1.", "art-4"), provision("(i)", "art-4")])
    assert locate("art. 4(1)", treaty).ids == ("art-4-1",)
    assert locate("art. 4(i)", treaty).ids == ("art-4-i",)


def test_a_section_sign_stands_for_the_part_that_the_treaty_uses() -> None:
    assert locate("§ 8", index_provisions([provision("Paragraph 8")])).ids == ("para-8",)
    assert locate("§§ 8 and 9", index_provisions([provision("§ 8"), provision("§ 9")])).ids == ("sec-8", "sec-9")
    assert locate("sec. 8", index_provisions([provision("§ 8")])).ids == ("sec-8",)


@given(st.text(), st.text(max_size=10))
def test_any_heading_and_any_locator_can_be_read(text: str, parent: str) -> None:
    heading_id(text, parent)
    index = index_provisions([provision(text, parent, id_=parent or "x"), provision("Article 1")])
    locate(text, index)


@given(st.text(alphabet="art. 12IVXab()–-,& andto§", max_size=40))
def test_anything_like_a_locator_can_be_read(cfe_like: str) -> None:
    index = index_provisions([provision("Article 1"), provision("Article 2"), provision("(a)", "art-2")])
    found = locate(cfe_like, index)
    assert set(found.ids) <= {"art-1", "art-2", "art-2-a"}
