"""`accept` writes the document's hash into index.md and leaves every other byte as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trial import EXAMPLES, Builder
from triptych.desk.accept import accept_document, find_document
from triptych.diagnostics import Diagnostic
from triptych.model import Config, Document
from triptych.read.document import hash_text, read_document
from triptych.read.records import read_record
from triptych.render.prose import compile_prose

TEXT = "The water is clean.\n"
HASH = hash_text(TEXT)
OLD = "0" * 64
OTHER = "abc" + "1" * 61
ABOUT = "content/annotations/letter/index.md"


def document() -> Document:
    found = read_document(TEXT, path="seeds/letter.txt", id="letter", compile=compile_prose).value
    assert found is not None
    return found


def accepted(text: str) -> str:
    outcome = accept_document(document(), text.encode())
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    return outcome.value.decode()


def fault(data: bytes | None) -> Diagnostic:
    outcome = accept_document(document(), data)
    assert outcome.value is None
    (found,) = outcome.diagnostics
    return found


# --- Where the key exists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        f" {OLD}",
        f"   {OLD}  ",
        f' "{OLD}"  # of the first print',
        f" '{OLD}' # of the first print",
        f"\n  {OLD} # on a line of its own",
        f'\n\n  "{OLD}"',
        f" >-\n  {OLD}",
        f" |  # kept\n    {OLD}\n\n",
        f" >2-\n    {OLD}\n# not part of it",
    ],
)
def test_only_the_value_is_replaced_however_it_is_written(value: str) -> None:
    for after in ("", "language: en\n", "# a comment\nlanguage: en\n"):
        before = f"---\ntitle: A letter\nsha256:{value}\n{after}---\n\nIt was sent {OLD}.\n"
        assert accepted(before) == before.replace(OLD, HASH, 1)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", f" {HASH}"),
        ("  ", f" {HASH}  "),
        ("   # none yet", f" {HASH}   # none yet"),
        (" ~", f" {HASH}"),
        (" null # none", f" {HASH} # none"),
        (' ""', f' "{HASH}"'),
        (" []", f" {HASH}"),
        (" >-", f" {HASH}"),
        (" | # none", f" {HASH} # none"),
        (" mistyped", f" {HASH}"),
        (f" {OLD[:40]}\n  {OLD[40:]}", f" {HASH}"),
        (f" >-\n  {OLD[:40]}\n  {OLD[40:]}", f" >-\n  {HASH}"),
    ],
)
def test_a_value_that_says_nothing_or_is_no_hash_is_mended(value: str, written: str) -> None:
    for after in ("", "language: en\n"):
        before = f"---\ntitle: A letter\nsha256:{value}\n{after}---\n"
        assert accepted(before) == f"---\ntitle: A letter\nsha256:{written}\n{after}---\n"


def test_other_keys_may_hold_the_same_words_or_be_wrong() -> None:
    before = f"---\nrights: {OLD}\nsha256: {OLD}\ntitel: '{OLD}'\npublished: yesterday\n---\n{OLD}\n"
    assert accepted(before) == f"---\nrights: {OLD}\nsha256: {HASH}\ntitel: '{OLD}'\npublished: yesterday\n---\n{OLD}\n"


@pytest.mark.parametrize("value", [HASH, HASH.upper(), f'"{HASH}"', f">-\n  {HASH}"])
def test_a_hash_that_is_recorded_already_changes_nothing(value: str) -> None:
    before = f"---\ntitle: A letter\nsha256: {value}\n---\n"
    assert accepted(before) == before


# --- Where it does not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys",
    [
        "title: A letter\n",
        "title: A letter\n\n# sha256: to be recorded\n",
        "title: A letter\ndescription: >-\n  Of the\n  river board\n",
        "title: A letter\nformer:\n  - note\n  - post\n",
        'title: "A: letter"\nformer: [\n  note\n]\n',
        "# only a comment\n",
        "",
    ],
)
def test_a_missing_key_becomes_the_last_line_of_the_front_matter(keys: str) -> None:
    assert accepted(f"---\n{keys}---\n\nIts words.\n") == f"---\n{keys}sha256: {HASH}\n---\n\nIts words.\n"
    assert accepted(f"---\n{keys}---") == f"---\n{keys}sha256: {HASH}\n---"


def test_a_key_is_indented_as_the_others_are() -> None:
    assert accepted("---\n  title: A letter\n---\n") == f"---\n  title: A letter\n  sha256: {HASH}\n---\n"


# --- Bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("key", ["", f"sha256: {OLD}  \n"])
def test_line_ends_a_byte_order_mark_and_spaces_stay(end: str, mark: str, key: str) -> None:
    before = mark + f"--- \ntitle: Brief – ein Titel \t\n{key}---\t\n\n  Its words. \n\n".replace("\n", end)
    line = f"sha256: {HASH}{'  ' if key else ''}\n"
    assert accepted(before) == mark + f"--- \ntitle: Brief – ein Titel \t\n{line}---\t\n\n  Its words. \n\n".replace("\n", end)


def test_a_new_line_ends_as_the_one_above_it() -> None:
    assert accepted("---\ntitle: A letter\r\n---\n\r") == f"---\ntitle: A letter\r\nsha256: {HASH}\r\n---\n\r"


LINES = st.sampled_from(
    [
        "title: A letter", "# note", "", f"sha256: {OLD}", "sha256:", "  more", "rights: |", "rights: '", "- x", "{a: b}", "...",
        "sha256: [a]", "? x", ": y", "sha256: >-", f"  {OLD}", "\tx", "rights: “Water”", "former: [", "]", "&a b", "--- ",
        "language: en  # x",
    ]
)  # fmt: skip


@EXAMPLES
@given(st.lists(LINES, max_size=7), st.sampled_from(["\n", "\r\n", "\r"]), st.text("ab-\n\r\ufeff", max_size=9))
def test_a_file_reads_as_before_save_its_hash_or_is_left_alone(lines: list[str], end: str, body: str) -> None:
    data = end.join(["---", *lines, "---", body]).encode()
    outcome = accept_document(document(), data)
    if outcome.value is None:
        assert len(outcome.diagnostics) == 1
        return
    before, after = (read_record(ABOUT, one, config=Config(title=""), compile=compile_prose) for one in (data, outcome.value))
    assert after.record is not None
    assert getattr(after.record, "sha256", "") == HASH
    assert {one.code for one in after.diagnostics} <= {one.code for one in before.diagnostics}
    assert accept_document(document(), outcome.value).value == outcome.value
    # Indented and blank lines may be part of the old value.
    others = [line for line in data.splitlines() if line.strip() and not line.startswith((b"sha256", b" ", b"\t"))]
    assert [line for line in outcome.value.splitlines() if line in others] == others


# --- What cannot be done ---------------------------------------------------------------------------------------------


def test_an_unknown_document_brings_the_nearest_id() -> None:
    builder = Builder()
    builder.update({"content/site.toml": b'title = "Case"', "seeds/letter.txt": TEXT.encode(), "seeds/the-note.md": b"Note."})
    assert find_document("letter", builder.site).value == document()
    for wrong, hint in (
        ("leter", "did you mean `letter`?"),
        ("seeds/the-note.md", "did you mean `the-note`?"),
        ("content/annotations/letter/", "did you mean `letter`?"),
        ("zzz", "the site has `letter`, `the-note`"),
    ):
        (found,) = find_document(wrong, builder.site).diagnostics
        assert (found.code, found.hint) == ("unknown-document", hint)
    (found,) = find_document("letter", Builder().site).diagnostics
    assert found.hint == "put it into seeds/, as .txt or .md"


def test_a_missing_index_is_an_error_with_the_lines_to_write() -> None:
    found = fault(None)
    assert (found.code, found.severity, found.span.path) == ("no-index", "error", "seeds/letter.txt")
    assert found.hint.endswith(f":\n  ---\n  title: …\n  sha256: {HASH}\n  ---")


def test_an_index_without_front_matter_is_an_error_with_the_lines_to_write() -> None:
    for data in (b"", b"Only words.\n", b"\xef\xbb\xbf\n"):
        found = fault(data)
        assert (found.code, found.span.path) == ("missing-key", ABOUT)
        assert f"sha256: {HASH}" in found.hint


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("---\ntitle: x\n", "front-matter-syntax", (1, 1)),
        ("---\ntitle: 'x\n---\n", "front-matter-syntax", (2, 8)),
        ("---\n- title\n---\n", "front-matter-syntax", (2, 1)),
        ("---\n{title: x}\n---\n", "front-matter-syntax", (1, 1)),
        ("---\nsha256: a\ntitle: x\nsha256: b\n---\n", "repeated-key", (4, 1)),
        ("---\ntitle: x\nsha256: [a, b]\n---\n", "wrong-type", (3, 1)),
        ("---\ntitle: x\x01\n---\n", "encoding", (2, 9)),
    ],
)
def test_what_nobody_could_mend_unseen_is_reported_at_its_place(text: str, code: str, place: tuple[int, int]) -> None:
    found = fault(text.encode())
    assert (found.code, found.span.path, (found.span.line, found.span.column)) == (code, ABOUT, place)


def test_a_hash_in_braces_is_replaced_there() -> None:
    assert accepted(f"---\n{{title: x, sha256: {OTHER}}}\n---\n") == f"---\n{{title: x, sha256: {HASH}}}\n---\n"
