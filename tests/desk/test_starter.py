"""The site that `init` begins with builds as it is, shows every kind of file, and says in each what it is for."""

from __future__ import annotations

import pathlib
import re

import pytest

from tests.trial import Builder, Options, build_site
from triptych.desk.accept import about_path, accept_document
from triptych.read.files import read_starter
from triptych.read.kinds import read_place

FILES = dict(read_starter())
SEED = "seeds/mit-license.txt"
CLAIM = "content/annotations/mit-license/01-permission.md"


def kinds_of(paths: list[str]) -> set[str]:
    places = [read_place(path) for path in paths]
    assert [place.diagnostics for place in places] == [()] * len(paths)
    return {place.value.kind for place in places if place.value is not None}


def uncommented(path: str, lines: str) -> dict[str, bytes]:
    """The site with the lines of one file that are only examples made real."""
    text, count = re.subn(rf"^# ({lines})", r"\1", FILES[path].decode(), flags=re.MULTILINE)
    assert count
    return {**FILES, path: text.encode()}


@pytest.mark.parametrize("drafts", [False, True])
def test_it_builds_without_a_warning(drafts: bool) -> None:
    build = build_site(FILES, options=Options(strict=True, drafts=drafts))
    assert build.diagnostics == ()
    assert build.is_good
    assert ("claims/mit-license/notice.html" in build.outputs) is drafts


def test_there_is_one_of_every_kind_of_file() -> None:
    kinds = {"document", "config", "about", "annotation", "treaty", "term", "sources", "timeline", "page"}
    assert kinds_of(list(FILES)) == kinds


def test_files_come_in_order_and_each_as_it_lies_in_the_package(project: pathlib.Path) -> None:
    starter = project / "triptych" / "starter"
    lying = {path.relative_to(starter).as_posix(): path.read_bytes() for path in starter.rglob("*") if path.is_file()}
    assert lying == FILES
    assert list(FILES) == sorted(FILES)


@pytest.mark.parametrize("path", [path for path in FILES if path != SEED])
def test_a_file_says_what_it_is_for_before_its_first_key(path: str) -> None:
    first, second = FILES[path].decode().split("\n")[:2]
    assert (second if first == "---" else first).startswith("# ")


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_text_that_fits_an_editor(path: str) -> None:
    text = FILES[path].decode()
    assert text.endswith("\n")
    assert "\r" not in text
    assert max(map(len, text.split("\n"))) <= 120


def test_the_document_is_the_licence_word_for_word(project: pathlib.Path) -> None:
    licence = (project / "LICENSE").read_text(encoding="utf-8")
    terms = FILES[SEED].decode().partition("\n\nPermission")[2]
    assert terms.startswith(" is hereby granted")
    assert f"\n\nPermission{terms}" in licence


def test_every_reference_leads_somewhere_and_every_panel_has_something_to_show() -> None:
    builder = Builder()
    builder.update(FILES)
    first, second = builder.site.claims("mit-license")
    (cited,) = builder.site.meaning(first).treaties
    assert (cited.treaty, cited.provisions, cited.note) == ("udhr-1948", ("art-27-2",), 0)
    assert len(builder.site.meaning(second).passages[0].pieces) == 2


def test_a_changed_document_is_noticed_and_can_be_accepted() -> None:
    changed = {**FILES, SEED: FILES[SEED].replace(b"<year> <copyright holders>", b"1998 The authors")}
    builder = Builder()
    assert [one.code for one in builder.update(changed).diagnostics] == ["seed-changed"]
    document = builder.site.catalogue.document("mit-license")
    assert document is not None
    accepted = accept_document(document, FILES[about_path(document)]).value
    assert builder.update({about_path(document): accepted}).diagnostics == ()


@pytest.mark.parametrize(
    ("path", "lines"),
    [("content/site.toml", r"[a-z_]+ = "), (CLAIM, r"(?:corrections:$|  - date:|    note:)")],
)
def test_an_example_in_a_comment_holds_without_its_mark(path: str, lines: str) -> None:
    assert build_site(uncommented(path, lines), options=Options(strict=True)).diagnostics == ()
