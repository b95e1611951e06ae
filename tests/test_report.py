"""Reports: what a person, a program and a workflow are shown."""

import io
import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.report import (
    Progress,
    excerpt,
    render_github,
    render_json,
    render_text,
    sort_diagnostics,
    tally,
    visible,
    wants_color,
)


def fault(path="a.md", line=1, column=1, width=1, code="unknown-treaty", message="no such thing", **more):
    return Diagnostic(code=code, message=message, span=Span(path, line, column, width), **more)


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_a_diagnostic_shows_its_line_its_caret_and_the_way_out():
    one = fault(
        "content/annotations/x/straits.md",
        2,
        7,
        13,
        message="no treaty is called `montreux-1963`",
        hint="did you mean `montreux-1936`?",
    )
    assert render_text([one], lambda path: "first\nsee [@montreux-1963, art. 1]\n", color=False) == (
        "content/annotations/x/straits.md:2:7: error[unknown-treaty]: no treaty is called `montreux-1963`\n"
        "    2 | see [@montreux-1963, art. 1]\n"
        "      |       ^^^^^^^^^^^^^\n"
        "  hint: did you mean `montreux-1936`?\n"
        "\n"
        "1 error\n"
    )


def test_further_lines_of_a_hint_stand_below_its_first():
    text = render_text([fault(hint="two places:\nline 3\n\nline 9")], lambda path: None, color=False)
    assert "  hint: two places:\n        line 3\n\n        line 9\n" in text


def test_nothing_is_said_where_nothing_is_wrong():
    assert render_text([], lambda path: None, color=True) == ""
    assert render_json([]) == "[]\n"


def test_faults_stand_in_the_order_of_their_places_each_once():
    second, first, other = fault(line=10), fault(line=9), fault("b.md")
    assert sort_diagnostics([other, second, first, second]) == [first, second, other]


def test_the_tally_counts_errors_and_warnings():
    warning = fault(severity=Severity.WARNING)
    assert tally([fault(), warning, fault()]) == "2 errors, 1 warning"
    assert tally([warning, warning]) == "2 warnings"


def test_lines_end_where_an_editor_ends_them():
    text = render_text([fault(line=3)], lambda path: "\ufeffone\rtwo\x0b\x85\u2028\r\nthree", color=False)
    assert "    3 | three\n" in text


@pytest.mark.parametrize("line", [0, 3, 99])
def test_a_line_that_the_file_does_not_have_shows_no_excerpt(line):
    assert " | " not in render_text([fault(line=line)], lambda path: "a\nb", color=False)


@pytest.mark.parametrize(
    ("line", "column", "width", "shown", "caret"),
    [
        ("\tab", 2, 2, "    ab", "    ^^"),
        ("条約です", 3, 2, "条約です", "    ^^^^"),
        ("e\u0301a", 3, 1, "e\u0301a", " ^"),
        ("ab", 3, 5, "ab", "  ^"),
        ("", 1, 1, "", "^"),
        ("a\u202eb", 2, 1, "a\\u202eb", " ^^^^^^"),
        ("ab", 99, 1, "ab", "  ^"),
    ],
)
def test_the_caret_stands_below_its_words(line, column, width, shown, caret):
    assert excerpt(line, Span("x", 1, column, width)) == (shown, caret)


def test_a_long_line_is_cut_round_the_caret():
    line = "a" * 500 + "NEEDLE" + "b" * 500
    shown, caret = excerpt(line, Span("x", 1, 501, 6))
    assert shown.startswith("…a")
    assert shown.endswith("b…")
    assert len(shown) <= 102
    assert shown[caret.index("^") :][:6] == "NEEDLE"
    assert caret.count("^") == 6


def test_the_end_of_a_long_line_is_shown_with_what_stands_before_it():
    shown, caret = excerpt("a" * 300 + "end", Span("x", 1, 301, 3))
    assert shown == "…" + "a" * 97 + "end"
    assert caret == " " * 98 + "^^^"


@given(st.text(max_size=400).map(lambda text: text.replace("\n", "")), st.integers(1, 450), st.integers(1, 450))
def test_an_excerpt_never_fails_and_never_holds_what_a_terminal_would_obey(line, column, width):
    shown, caret = excerpt(line, Span("x", 1, column, width))
    assert not set(shown) & set(map(chr, [*range(32), *range(0x7F, 0xA0), 0x202E, 0x2066]))
    assert "^" in caret
    assert caret.strip(" ").strip("^") == ""
    assert len(caret) <= 112  # a column more for each cut, and one escape may stand across the edge


def test_what_a_terminal_would_obey_is_shown_escaped():
    one = fault("a\x1b[31m.md", message="bad\x07\u202e name", hint="\x9b31m")
    text = render_text([one], lambda path: "\x1b]0;title\x07 \ud800", color=False)
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "bad\\x07\\u202e name" in text
    assert "\\x1b]0;title\\x07 \\ud800" in text
    text.encode("utf-8")


def test_what_is_harmless_stays_as_it_is():
    assert visible("Договір — “договор” 条約 e\u0301 👩\u200d🚀") == "Договір — “договор” 条約 e\u0301 👩\u200d🚀"


def test_colour_changes_nothing_but_the_colour():
    plain = render_text([fault(hint="h")], lambda path: "text", color=False)
    colored = render_text([fault(hint="h")], lambda path: "text", color=True)
    assert "\x1b[1;31m" in colored
    for style in ("\x1b[1;31m", "\x1b[1m", "\x1b[34m", "\x1b[36m", "\x1b[0m"):
        colored = colored.replace(style, "")
    assert colored == plain


def test_json_is_one_list_with_the_promised_keys():
    rows = json.loads(render_json([fault("b.md", 3, 4, message="Ж\ud800"), fault("a.md", severity=Severity.WARNING, hint="h")]))
    assert [row["file"] for row in rows] == ["a.md", "b.md"]
    assert rows[0] == {
        "file": "a.md",
        "line": 1,
        "column": 1,
        "severity": "warning",
        "code": "unknown-treaty",
        "message": "no such thing",
        "hint": "h",
    }
    assert render_json([fault(message="Ж\ud800\x1b")]).isascii()


def test_github_commands_escape_what_would_end_them(tmp_path):
    one = fault("content/a,b:c%.md", 2, 3, message="100 % wrong\n::error::x", hint="first\nsecond")
    line = render_github([one], site=tmp_path / "site", working_directory=tmp_path)
    assert line == (
        "::error file=site/content/a%2Cb%3Ac%25.md,line=2,col=3,title=unknown-treaty::"
        "100 %25 wrong\\x0a::error::x%0Afirst%0Asecond\n"
    )


def test_github_paths_are_seen_from_the_working_directory():
    site = pathlib.Path("/srv/site")
    assert "file=content/a.md," in render_github([fault("content/a.md")], site=site, working_directory=site)
    assert "file=../content/a.md," in render_github([fault("content/a.md")], site=site, working_directory=site / "seeds")


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [({}, True), ({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)],
)
def test_colour_needs_a_terminal_that_wants_it(environ, wanted):
    assert wants_color(Terminal(), environ) is wanted
    assert not wants_color(io.StringIO(), environ)


def test_the_bar_shows_after_a_second_and_clears_itself():
    now = 0.0
    stream = Terminal()
    with Progress(stream, {}, clock=lambda: now) as progress:
        now = 0.9
        progress.update(1, 4, "reading")
        assert stream.getvalue() == ""
        now = 1.1
        progress.update(2, 4, "reading\x1b")
        assert stream.getvalue().endswith("2/4 reading\\x1b")
        drawn = stream.getvalue()
        progress.update(3, 4, "reading")
        assert stream.getvalue() == drawn
    assert stream.getvalue() == drawn + "\r\x1b[K"


def test_no_bar_is_drawn_into_a_file():
    stream = io.StringIO()
    now = 0.0
    with Progress(stream, {}, clock=lambda: now) as progress:
        now = 60.0
        progress.update(1, 2, "reading")
    assert stream.getvalue() == ""
