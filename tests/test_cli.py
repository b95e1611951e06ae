"""The command line: what each call does to the disk, which stream says what of it, and the exit status.

Calls are made in this process; a process of its own has only what needs streams or a folder of its own.
"""

from __future__ import annotations

import codecs
import errno
import gc
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import tests.trial  # noqa: F401 - compiles the theme once a run
from triptych import __version__
from triptych.cli import building, main
from triptych.cli import session as cli_session
from triptych.diagnostics import Outcome
from triptych.model import File
from triptych.read import files as reading
from triptych.read.document import hash_text

LETTER = "The river board says that the water is clean.\n\nThe river board tested it twice last year, at -5 degrees.\n"
ABOUT = "content/annotations/letter/index.md"
CLAIM = "content/annotations/letter/01-clean.md"
PAGE = "content/pages/about.md"
SITE: dict[str, str] = {
    "content/site.toml": 'title = "Case"\n',
    "content/sources.yaml": "- id: survey\n  title: A survey of the river\n",
    "seeds/letter.txt": LETTER,
    ABOUT: f"---\ntitle: A letter # to all households\nsha256: {hash_text(LETTER)}\npublisher: Board\n---\n\nSent in March.\n",
    CLAIM: "---\nkind: fact\n---\n\n> the water is clean\n\nThe survey agrees [@survey].\n",
}
WARNING = {PAGE: "---\ntitle: About\n---\n\nA <b>word</b> on this site.\n"}
ERROR = {PAGE: "---\ntitle: About\n---\n\nSee [@nothing].\n"}
DRAFT = {"content/annotations/letter/02-twice.md": "---\ndraft: true\n---\n\n> twice last year\n\nSo it was [@survey].\n"}


class Said(NamedTuple):
    """What a call came to."""

    status: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    yield
    gc.enable()  # a command leaves it off, since its process ends soon


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], project: Path) -> Call:
    def run(*arguments: object, home: Path | None = project) -> Said:
        capsys.readouterr()
        status = main([str(one) for one in arguments], home=home)
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site without a fault, of whose folder calls are made."""
    folder = write(tmp_path / "site", SITE)
    monkeypatch.chdir(folder)
    return folder


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
    return folder


def lie(folder: Path) -> dict[str, tuple[bytes, int]]:
    """All that lies in a folder: bytes and times."""
    found = sorted(folder.rglob("*"))
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) if path.is_file() else (b"", 0) for path in found}


def codes(report: str) -> list[str]:
    return re.findall(r"(?:error|warning)\[([a-z-]+)\]", report)


def listed(report: str) -> list[str]:
    rows = json.loads(report)
    assert isinstance(rows, list)
    return [row["code"] for row in rows]


def lock_away(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nobody may read a file of this name; the tests' own user may read any."""
    read = reading.read_file

    def refuse(folder: Path, path: str) -> Outcome[File]:
        if path.endswith(name):
            return Outcome(None, (reading._report_io(path, PermissionError(errno.EACCES, "Permission denied")),))
        return read(folder, path)

    monkeypatch.setattr(cli_session, "read_file", refuse)


# --- Where the verb stands -------------------------------------------------------------------------------------------


def test_without_arguments_the_site_of_this_folder_is_built(site, call):
    said = call(home=None)
    assert said.status == 0
    assert (site / "public/claims/letter/clean.html").is_file()
    assert "1 document, 1 claim, 0 treaties, 0 terms, 1 source into public:" in said.out
    assert said.err == ""


def test_build_py_builds_the_site_that_it_stands_in(site, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(home=site).status == 0
    assert (site / "public/index.html").is_file()
    assert os.listdir(tmp_path) == ["site"]


def test_an_options_value_may_be_called_as_a_verb(site, call):
    assert call("--site", site, "--out", "build").status == 0
    assert (site / "build/index.html").is_file()
    (site.parent / "check").mkdir()
    write(site.parent / "check", SITE)
    os.chdir(site.parent)
    assert call("--site", "check", "--out=new").status == 0
    assert (site.parent / "new/index.html").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--site", ".", "check"],
        ["--site=.", "--quiet", "check"],
        ["--strict", "--drafts", "--format", "text", "check", "--site", "."],
        ["--out", "build", "check", "--site=."],
        ["check", "--site=."],
    ],
)
def test_options_may_stand_before_the_verb(arguments, site, call):
    before = lie(site)
    assert call(*arguments).status == 0
    assert lie(site) == before


def test_a_value_before_the_verb_is_the_verbs(site, call):
    said = call("--explain", "no-quote", "check")
    assert (said.status, said.out.partition(":")[0]) == (0, "error[no-quote]")


@pytest.mark.parametrize("arguments", [["--help"], ["--site", "elsewhere", "--help"], ["-h"], ["--quiet", "-h"]])
def test_help_needs_no_verb(arguments, call):
    said = call(*arguments)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("usage: build.py")
    if len(arguments) == 1:
        assert "commands:" in said.out


@pytest.mark.parametrize("verb", ["build", "check", "new", "accept", "init"])
def test_every_verb_has_help(verb, call):
    said = call(verb, "--help", home=None)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith(f"usage: triptych {verb}")


@pytest.mark.parametrize("arguments", [["--version"], ["--site", "elsewhere", "--version"]])
def test_the_version_is_that_of_the_package(arguments, call):
    assert call(*arguments) == (0, f"triptych {__version__}\n", "")


# --- Exit status -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["publish"],
        ["--nothing"],
        ["build", "--nothing"],
        ["new"],
        ["accept"],
        ["init"],
        ["check", "--jobs", "2"],
        ["--format", "xml"],
        ["--jobs", "0"],
        ["--jobs", "x"],
        ["--jobs=-1"],
        ["--jobs", ""],
        ["--jobs", "1001"],
        ["--out", ""],
        ["--site", ""],
        ["--site", "absent"],
        ["check", "--site", "content/site.toml"],
        ["new", "the water", "--site", "absent"],
        ["accept", "letter", "--site", "absent"],
        ["--base-url", "https://user:password@river.example"],
        ["check", "--base-url", "https://user@river.example/case"],
        ["--base-url", "river.example"],
        ["--base-url", "ftp://river.example"],
    ],
)
def test_wrong_usage_is_2_and_nothing_is_written(arguments, site, call):
    before = lie(site)
    said = call(*arguments, home=site)
    assert (said.status, said.out) == (2, "")
    assert said.err.strip()
    assert lie(site) == before


def test_a_password_in_the_address_is_not_repeated(site, call):
    assert "password@" not in call("--base-url", "https://user:password@river.example", home=site).err


@pytest.mark.parametrize("verb", ["build", "check"])
def test_errors_of_the_content_are_1(verb, site, call):
    write(site, ERROR)
    said = call(verb, "--site", site)
    assert (said.status, said.out) == (1, "")
    assert f"{PAGE}:5:7: error[unknown-source]" in said.err
    assert not (site / "public").exists()


def test_a_machine_that_refuses_is_1(site, call):
    (site.parent / "file").touch()
    said = call("--site", site, "--out", site.parent / "file/public")
    assert (said.status, said.out, codes(said.err)) == (1, "", ["io"])


@pytest.mark.parametrize("verb", ["build", "check", "new", "accept"])
def test_an_interrupted_command_is_130(verb, site, call, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_session, "read_file", interrupt)
    said = call(verb, *{"new": ["the water"], "accept": ["letter"]}.get(verb, []), "--site", site)
    assert (said.status, said.out, said.err.strip()) == (130, "", "interrupted")
    assert not (site / "public").exists()


def test_our_own_fault_is_not_taken_for_the_outputs(site, call, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "missing")

    monkeypatch.setattr(building, "read_theme", fail)
    with pytest.raises(FileNotFoundError, match="missing"):
        call("--site", site)


# --- Which stream says what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
@pytest.mark.parametrize("verb", ["build", "check"])
def test_text_is_on_standard_error_and_the_summary_on_standard_output(verb, quiet, site, call):
    write(site, WARNING)
    said = call(verb, *quiet, "--site", site)
    assert said.status == 0
    assert f"{PAGE}:5:3: warning[raw-html]" in said.err
    assert said.err.endswith("\n1 warning\n")
    assert ("1 claim" in said.out, bool(said.out)) == (not quiet, not quiet)


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
@pytest.mark.parametrize("verb", ["build", "check"])
def test_json_alone_is_on_standard_output(verb, quiet, site, call):
    said = call(verb, *quiet, "--format=json", "--site", site)
    assert (said.status, json.loads(said.out)) == (0, [])
    assert ("1 claim" in said.err) is not bool(quiet)
    write(site, ERROR)
    said = call(verb, *quiet, "--format=json", "--site", site)
    assert said.status == 1
    (row,) = json.loads(said.out)
    assert list(row) == ["file", "line", "column", "severity", "code", "message", "hint"]
    assert (row["file"], row["line"], row["column"], row["severity"]) == (PAGE, 5, 7, "error")
    assert said.err == ""


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
@pytest.mark.parametrize("verb", ["build", "check"])
def test_workflow_commands_are_on_standard_error_with_paths_from_here(verb, quiet, site, call, monkeypatch):
    write(site, WARNING)
    monkeypatch.chdir(site.parent)
    said = call(verb, *quiet, "--format", "github", "--site", "site")
    assert said.status == 0
    assert said.err.startswith(f"::warning file=site/{PAGE},line=5,col=3,title=raw-html::")
    assert all(line.startswith("::warning ") for line in said.err.splitlines())
    assert ("1 claim" in said.out) is not bool(quiet)


def test_a_quiet_build_without_a_fault_says_nothing(site, call):
    assert call("--quiet", "--site", site) == (0, "", "")


# --- Options ---------------------------------------------------------------------------------------------------------


def test_strict_stops_at_a_warning_and_leaves_the_output(site, call):
    assert call("--strict", "--site", site).status == 0
    write(site, WARNING)
    before = lie(site)
    assert call("check", "--strict", "--site", site).status == 1
    said = call("--strict", "--site", site)
    assert (said.status, said.out) == (1, "")
    assert "raw-html" in codes(said.err)
    assert lie(site) == before
    assert call("--site", site).status == 0
    assert (site / "public/about.html").is_file()


def test_drafts_are_published_where_that_is_asked(site, call):
    write(site, DRAFT)
    page = site / "public/claims/letter/twice.html"
    for arguments, is_there in (([], False), (["--drafts"], True), ([], False)):
        assert call(*arguments, "--site", site).status == 0
        assert page.is_file() is is_there


def test_problems_of_a_draft_are_warnings_without_drafts_and_errors_with(site, call):
    write(site, {"content/annotations/letter/02-none.md": "---\ndraft: true\n---\n\n> no such words\n\nSo [@survey].\n"})
    said = call("check", "--site", site)
    assert (said.status, codes(said.err)) == (0, ["quote-not-found"])
    assert "warning[quote-not-found]" in said.err


def test_the_address_of_the_site_stands_in_its_pages(site, call):
    page = site / "public/claims/letter/clean.html"
    assert call("--base-url", "https://river.example/case", "--site", site).status == 0
    assert 'href="https://river.example/case/claims/letter/clean.html"' in page.read_text(encoding="utf-8")
    assert call("--site", site).status == 0
    assert "river.example" not in page.read_text(encoding="utf-8")


def test_the_number_of_processes_changes_nothing(site, call):
    for number in (1, 2):
        assert call("--jobs", number, "--site", site, "--out", site.parent / str(number)).status == 0
    one, two = ({path.name: path.read_bytes() for path in (site.parent / n).rglob("*.html")} for n in "12")
    assert one == two


def test_a_build_called_from_inside_the_output_is_done(site, call, monkeypatch):
    assert call("--site", site).status == 0
    write(site, WARNING)
    monkeypatch.chdir(site / "public")
    said = call("--site", site)
    assert said.status == 0
    assert said.out.startswith("built 1 document")
    assert (site / "public/about.html").is_file()


def test_a_build_called_from_inside_the_output_finds_the_site_above(site, call, project):
    assert call("--site", site).status == 0
    write(site, WARNING)
    made = execute(project, "--site", "..", cwd=site / "public")
    assert (made.returncode, codes(made.stderr)) == (0, ["raw-html"]), made.stderr
    assert made.stdout.startswith("built 1 document")
    assert (site / "public/about.html").is_file()


# --- Output ----------------------------------------------------------------------------------------------------------


def test_check_writes_nothing(site, call):
    write(site, {**WARNING, **DRAFT})
    before = lie(site.parent)
    assert call("check", "--site", site).status == 0
    assert call("check", "--strict", "--format", "json", "--site", site).status == 1
    assert lie(site.parent) == before
    assert call("--site", site).status == 0
    write(site, ERROR)
    before = lie(site.parent)
    assert call("check", "--coverage", "--site", site).status == 1
    assert lie(site.parent) == before


def test_check_names_a_pages_place_taken_by_anothers_file_as_build_does(site, call):
    assert call("--site", site).status == 0
    write(site, {PAGE: "---\ntitle: About\n---\n\nThis site.\n", "public/about.html": "mine"})
    before = lie(site.parent)
    said = [call(verb, "--site", site) for verb in ("check", "build")]
    assert [(one.status, one.out, codes(one.err)) for one in said] == [(1, "", ["unsafe-path"])] * 2
    assert said[0].err == said[1].err
    assert "public/about.html" in said[0].err
    assert lie(site.parent) == before
    assert call("--adopt", "--site", site).status == 0
    assert "This site." in (site / "public/about.html").read_text()


def test_check_names_an_output_folder_of_others_as_build_does(site, call):
    write(site, {"public/mine.txt": "mine"})
    said = [call(verb, "--site", site) for verb in ("check", "build")]
    assert [(one.status, codes(one.err)) for one in said] == [(1, ["unsafe-path"])] * 2
    assert said[0].err == said[1].err
    assert os.listdir(site / "public") == ["mine.txt"]


@pytest.mark.parametrize("arguments", [[], ["--quiet"], ["--format", "json"]])
def test_a_changed_page_that_is_made_no_longer_is_named_on_standard_error(arguments, site, call):
    write(site, {PAGE: "---\ntitle: About\n---\n\nThis site.\n"})
    assert call("--site", site).status == 0
    write(site, {"public/about.html": "mine now"})
    (site / PAGE).unlink()
    said = call(*arguments, "--site", site)
    assert said.status == 0
    assert "about.html" in said.err
    assert "stays" in said.err
    assert "about.html" not in said.out
    assert (site / "public/about.html").read_text() == "mine now"


# --- check: more than problems ---------------------------------------------------------------------------------------


def test_coverage_names_the_paragraphs_without_a_claim(site, call):
    said = call("check", "--coverage", "--site", site)
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("seeds/letter.txt:3: paragraph 2 has no claim: “The river board tested it twice last year")
    assert "letter: 1 of 2 paragraphs has a claim" in said.out
    assert call("check", "--coverage", "--quiet", "--site", site).out.count("\n") == 2
    said = call("check", "--coverage", "--format", "json", "--site", site)
    assert (listed(said.out), "paragraph 2 has no claim" in said.err) == ([], True)


def test_a_code_is_explained(call, tmp_path):
    said = call("check", "--explain", "quote-not-found", home=tmp_path / "absent")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("error[quote-not-found]: the quoted words are not in the document\n\n")


@pytest.mark.parametrize(("code", "near"), [("quote-notfound", "did you mean quote-not-found?"), ("xyzzy", ""), ("", "")])
def test_an_unknown_code_is_wrong_usage(code, near, call):
    said = call("check", "--explain", code)
    assert (said.status, said.out) == (2, "")
    assert near in said.err
    assert "quote-ambiguous" in said.err


# --- new -------------------------------------------------------------------------------------------------------------


def test_new_prints_the_path_of_a_file_that_builds(site, call):
    said = call("new", "tested it\n twice", home=None)
    assert said == (0, "content/annotations/letter/02-tested-it-twice.md\n", "")
    assert "> tested it twice\n" in (site / said.out.strip()).read_text(encoding="utf-8")
    report = call("build", "--format", "json", home=None)
    assert report.status == 0
    assert set(listed(report.out)) <= {"empty-body", "no-source"}
    assert (site / "public/claims/letter/tested-it-twice.html").is_file()


def test_new_prints_the_path_from_the_folder_of_the_call(site, call, monkeypatch):
    monkeypatch.chdir(site / "content")
    assert call("new", "tested it", "--site", "..").out.endswith("annotations/letter/02-tested-it.md\n")
    monkeypatch.chdir(site.parent)
    printed = call("--site", "site", "--quiet", "new", "twice last").out
    assert printed == "site/content/annotations/letter/03-twice-last.md\n"


def test_new_leaves_standard_output_to_json(site, call):
    said = call("new", "twice", "--format", "json", home=site)
    assert (said.status, listed(said.out)) == (0, [])
    assert said.err == "content/annotations/letter/02-twice.md\n"
    said = call("new", "never", "--format", "json", home=site)
    assert (said.status, listed(said.out), said.err) == (1, ["quote-not-found"], "")


@pytest.mark.parametrize("arguments", [["new", "-"], ["new", "--quiet", "--", "-"], ["--quiet", "new", "-"]])
def test_new_reads_the_words_from_standard_input(arguments, site, call, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"tested it\ntwice last year\n")))
    assert call(*arguments, home=site).out == "content/annotations/letter/02-tested-it-twice-last-year.md\n"


def test_new_takes_words_with_a_dash_behind_two(site, call):
    said = call("--format", "text", "new", "--", "-5 degrees", home=site)
    assert (said.status, said.err) == (0, "")
    assert "-5 degrees" in (site / said.out.strip()).read_text(encoding="utf-8").replace("\\", "")
    assert call("check", "--site", site).status == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["the water was clean"], "quote-not-found"),
        (["the water", "--prefix", "whether"], "quote-not-found"),
        (["the water", "--document", "leter"], "unknown-document"),
        ([""], "no-quote"),
        ([" […] "], "no-quote"),
        (["The river board"], "quote-ambiguous"),
    ],
)
def test_new_writes_nothing_where_the_words_name_no_single_place(arguments, code, site, call):
    before = lie(site)
    said = call("new", *arguments, home=site)
    assert (said.status, said.out, codes(said.err)) == (1, "", [code])
    assert lie(site) == before


def test_the_choices_that_new_offers_are_ready_to_paste(site, call):
    write(site, {"seeds/answer.txt": "It's true: the river board's own words.\n\nNobody asked the river board.\n"})
    letter = "“So,” the river board says. Then the river board tests.\n\nIt’s what the river board's for.\n"
    write(site, {"seeds/letter.txt": letter})
    write(site, {"content/annotations/answer/index.md": "---\ntitle: An answer\n---\n\nIt came.\n"})
    for path in (ABOUT, CLAIM):
        (site / path).unlink()
    said = call("new", "the river board", home=site)
    assert (said.status, codes(said.err)) == (1, ["quote-ambiguous"])
    choices = re.findall(r"^ +(seeds/\w+\.txt):\d+ +(-.*)$", said.err, re.MULTILINE)
    assert [path for path, _ in choices] == ["seeds/answer.txt"] * 2 + ["seeds/letter.txt"] * 3
    for seed, options in choices:
        made = call("new", "the river board", *shlex.split(options), home=site)
        assert (made.status, made.err) == (0, "")
        assert f"annotations/{Path(seed).stem}/" in made.out
    report = call("build", "--format", "json", "--site", site)
    assert (report.status, set(listed(report.out)) - {"empty-body", "no-source", "no-index", "unused-source"}) == (0, set())
    marked = (site / "public/documents/letter.html").read_text(encoding="utf-8")
    assert marked.count("<mark ") == 3


def test_a_prefix_suffix_and_document_choose(site, call):
    said = call("new", "The river board", "--document=letter", "--suffix", "tested", home=site)
    assert (said.status, said.err) == (0, "")
    assert "suffix: " in (site / said.out.strip()).read_text(encoding="utf-8")
    assert call("new", "river", "--prefix=The", "--suffix=board says", home=site).status == 0
    assert call("check", "--site", site).status == 0


def test_new_writes_nothing_where_a_seed_cannot_be_read(site, call, monkeypatch):
    write(site, {"seeds/other.txt": "It may be that these are tested twice, too.\n"})
    before = lie(site)
    lock_away(monkeypatch, "other.txt")
    said = call("new", "tested it twice", home=site)
    assert (said.status, said.out, codes(said.err)) == (1, "", ["io"])
    assert lie(site) == before


def test_new_counts_on(site, call):
    paths = [call("new", "tested it twice", home=site).out for _ in range(2)]
    assert paths[0] == "content/annotations/letter/02-tested-it-twice.md\n"
    assert paths[1].startswith("content/annotations/letter/03-tested-it-twice-")
    assert call("check", "--site", site).status == 0


# --- accept ----------------------------------------------------------------------------------------------------------


def test_accept_records_the_hash_and_nothing_else(site, call):
    changed = LETTER.replace("twice", "three times")
    before = (site / ABOUT).read_bytes()
    write(site, {"seeds/letter.txt": changed})
    said = call("check", "--site", site)
    assert (said.status, codes(said.err)) == (1, ["seed-changed"])
    assert call("accept", "letter", home=None) == (0, f"{ABOUT}: the hash is recorded\n", "")
    assert (site / ABOUT).read_bytes() == before.replace(hash_text(LETTER).encode(), hash_text(changed).encode())
    assert call("check", "--strict", "--site", site).status == 0
    after = lie(site)
    said = call("accept", "letter", home=None)
    assert (said.status, said.err) == (0, "")
    assert "nothing to do" in said.out
    assert lie(site) == after


def test_accept_keeps_a_byte_order_mark_and_line_ends(site, call):
    text = codecs.BOM_UTF8 + SITE[ABOUT].replace("\n", "\r\n").encode()
    (site / ABOUT).write_bytes(text)
    write(site, {"seeds/letter.txt": LETTER + "\nYours.\n"})
    assert call("accept", "letter", "--quiet", home=site) == (0, "", "")
    assert (site / ABOUT).read_bytes() == text.replace(*(hash_text(one).encode() for one in (LETTER, LETTER + "\nYours.\n")))


def test_accept_leaves_standard_output_to_json(site, call):
    said = call("accept", "letter", "--format=json", home=site)
    assert (said.status, listed(said.out), "nothing to do" in said.err) == (0, [], True)


@pytest.mark.parametrize("name", ["leter", "letter.txt", "seeds/letter.txt", "xyzzy", ""])
def test_accept_knows_which_documents_there_are(name, site, call):
    before = lie(site)
    said = call("accept", name, home=site)
    assert (said.status, said.out, codes(said.err)) == (1, "", ["unknown-document"])
    assert "`letter`" in said.err
    assert lie(site) == before


def test_accept_does_not_mind_another_seed_that_cannot_be_read(site, call, monkeypatch):
    write(site, {"seeds/other.txt": "Other words.\n", "seeds/letter.txt": LETTER + "\nYours.\n"})
    lock_away(monkeypatch, "other.txt")
    said = call("accept", "letter", home=site)
    assert (said.status, said.err) == (0, "")
    assert hash_text(LETTER + "\nYours.\n") in (site / ABOUT).read_text()


@pytest.mark.parametrize("name", ["seeds/letter.txt", ABOUT])
def test_accept_says_that_what_it_needs_cannot_be_read(name, site, call, monkeypatch):
    write(site, {"seeds/letter.txt": LETTER + "\nYours.\n"})
    before = lie(site)
    lock_away(monkeypatch, name)
    said = call("accept", "letter", home=site)
    assert (said.status, said.out, codes(said.err)) == (1, "", ["io"])
    assert lie(site) == before


# --- init ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("name", ["letters", "my letters", "it's", "-dash", "deep/er/letters"])
def test_init_makes_a_strict_site_and_prints_what_builds_it(name, own, call, tmp_path, monkeypatch, project):
    monkeypatch.chdir(tmp_path)
    home = project if own else None
    said = call("init", "--", name, home=home)
    assert (said.status, said.err) == (0, "")
    words = shlex.split(said.out.partition("build it: ")[2])
    program = ["python", "build.py"] if own else ["triptych"]
    assert words[: len(program)] == program
    built = call(*words[len(program) :], "--strict", home=home)
    assert (built.status, built.err) == (0, "")
    assert (tmp_path / name / "public/index.html").is_file()


def test_init_takes_an_empty_folder_and_leaves_standard_output_to_json(call, tmp_path):
    said = call("init", tmp_path, "--format", "json")
    assert (said.status, listed(said.out)) == (0, [])
    assert "build it: python build.py --site=" in said.err
    assert call("check", "--strict", "--drafts", "--site", tmp_path).status == 0


@pytest.mark.parametrize("target", ["site", "site/content/site.toml"])
def test_init_refuses_what_is_no_empty_folder(target, site, call, monkeypatch):
    monkeypatch.chdir(site.parent)
    before = lie(site)
    said = call("init", target)
    assert (said.status, said.out, codes(said.err)) == (1, "", ["unsafe-path"])
    assert lie(site) == before


# --- Shells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_taught_the_verbs(shell, call, tmp_path):
    said = call("--print-completion", shell, home=None)
    assert (said.status, said.err) == (0, "")
    assert all(verb in said.out for verb in ("build", "check", "new", "accept", "init", "coverage"))
    if program := shutil.which(shell):
        (tmp_path / "script").write_text(said.out, encoding="utf-8")
        read = subprocess.run([program, "-n", "script"], cwd=tmp_path, capture_output=True, text=True)
        assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ch", ["check"]),
        ("", ["accept", "build", "check", "init", "new", "watch"]),
        ("check --cov", ["--coverage"]),
        ("build --ad", ["--adopt"]),
    ],
)
def test_bash_completes(typed, offered, call, tmp_path):
    (tmp_path / "script").write_text(call("--print-completion", "bash", home=None).out, encoding="utf-8")
    words = shlex.join(["triptych", *typed.split(" ")])
    script = f"""\
source ./script
[[ $(complete -p triptych) =~ -F\\ ([^ ]+) ]]
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); COMP_LINE="${{COMP_WORDS[*]}}"; COMP_POINT=${{#COMP_LINE}}
"${{BASH_REMATCH[1]}}" triptych "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
    assert sorted(word for word in done.stdout.split() if typed or not word.startswith("-")) == offered


@pytest.mark.parametrize("arguments", [["--print-completion", "basic"], ["--print-completion=basic"], ["--print-completion"]])
def test_an_unknown_shell_is_wrong_usage(arguments, call):
    said = call(*arguments)
    assert (said.status, said.out) == (2, "")
    assert "--print-completion" in said.err


# --- Streams ---------------------------------------------------------------------------------------------------------


def execute(
    project: Path, *arguments: str, cwd: Path, shell: str = 'exec "$@"', encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """A call in a process of its own, as a shell makes it."""
    command = ["sh", "-c", shell, "sh", sys.executable, str(project / "build.py"), *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUNBUFFERED": ""}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding=encoding, timeout=60)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
@pytest.mark.parametrize("arguments", [["--version"], ["check", "--site", "."], ["new", "twice", "--site=."]])
def test_a_full_disk_under_the_output_is_said(arguments, site, project):
    done = execute(project, *arguments, cwd=site, shell='exec "$@" >/dev/full')
    assert done.returncode == 1
    assert "cannot write the output: no space left on device\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize(
    ("closed", "files", "status"),
    [(">&-", ERROR, 1), ("2>&-", ERROR, 1), ("2>&-", WARNING, 0), ("<&- >&- 2>&-", ERROR, 1), ("<&- >&- 2>&-", SITE, 0)],
)
def test_a_closed_stream_is_no_fault(closed, files, status, site, project):
    write(site, files)
    done = execute(project, "check", "--site", ".", cwd=site, shell=f'exec "$@" {closed}')
    assert done.returncode == status
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr


def test_a_closed_standard_output_keeps_no_site_from_being_built(site, project):
    done = execute(project, "--site", ".", cwd=site, shell='exec "$@" >&-')
    assert (done.returncode, done.stderr) == (0, "")
    assert (site / "public/index.html").is_file()
    assert b"built 1 document" not in b"".join(data for data, _ in lie(site / "public").values())


def test_a_closed_standard_input_has_no_words(site, project):
    done = execute(project, "new", "-", "--site", ".", cwd=site, shell='exec "$@" <&-')
    assert (done.returncode, codes(done.stderr)) == (1, ["no-quote"])
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_gone_is_no_fault_of_ours(site, project):
    done = execute(project, "--help", cwd=site, shell='{ sleep 0.1; "$@"; echo "status $?" >&2; } | true')
    assert done.stderr == "status 1\n"


def test_characters_that_the_terminal_lacks_are_escaped(site, project):
    write(site, {"seeds/letter.txt": LETTER + "\nВода чиста.\n", PAGE: "---\ntitle: About\n---\n\n<b>Вода</b> [@вода].\n"})
    write(site, {ABOUT: "---\ntitle: A letter\n---\n\nSent.\n"})
    done = execute(project, "check", "--coverage", "--site", ".", cwd=site, encoding="latin-1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "\\u0412\\u043e\\u0434\\u0430" in done.stderr
    assert "\\u201c\\u0412\\u043e\\u0434\\u0430" in done.stdout


def test_a_site_that_is_named_in_full_needs_no_folder_of_the_call(site, project):
    gone = site.parent / "gone"
    gone.mkdir()
    done = execute(project, "check", "--site", str(site), cwd=gone, shell=f'rmdir {shlex.quote(str(gone))}; exec "$@"')
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_says_that_its_folder_has_gone(site, project):
    gone = site.parent / "gone"
    gone.mkdir()
    script = "import os, sys; sys.path.insert(0, sys.argv.pop()); from triptych.cli import run; os.rmdir(os.getcwd()); run()"
    done = subprocess.run([sys.executable, "-c", script, "check", str(project)], cwd=gone, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "the folder that this was called in is no longer there: cd to it again\n"
