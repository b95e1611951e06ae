"""Templates are filled, and their faults are told with file, line and a way out; the theme itself keeps the house's rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from triptych.render.templates import Templates, join_styles, load_templates

THEME = Path(__file__).parents[2] / "theme"


def read_theme() -> dict[str, str]:
    paths = (path for path in THEME.rglob("*") if path.suffix in {".html", ".css"})
    return {path.relative_to(THEME).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def ready(**sources: str) -> Templates:
    templates = load_templates({f"templates/{name}.html": text for name, text in sources.items()}).value
    assert templates is not None
    return templates


def test_a_template_is_filled_and_text_is_escaped() -> None:
    assert ready(page="<p>{{ words }}</p>").render("page.html", words="<b> & co").value == "<p>&lt;b&gt; &amp; co</p>"


def test_a_fragment_goes_into_another_template_as_it_is() -> None:
    templates = ready(part="<b>{{ x }}</b>", page="<p>{{ part }}</p>")
    part = templates.render_fragment("part.html", x="<").value
    assert templates.render("page.html", part=part).value == "<p><b>&lt;</b></p>"


def test_other_files_of_the_theme_are_no_templates() -> None:
    outcome = load_templates({"css/main.css": "{% broken", "templates/a.html": "a"})
    assert outcome.value is not None
    assert outcome.diagnostics == ()


def test_faults_of_syntax_are_all_told_before_anything_is_filled() -> None:
    outcome = load_templates({"templates/a.html": "\n{% if %}", "templates/b.html": "{{", "templates/c.html": "fine"})
    assert [(d.code, d.span.path, d.span.line) for d in outcome.diagnostics] == [
        ("template", "theme/templates/a.html", 2),
        ("template", "theme/templates/b.html", 1),
    ]
    assert all(d.hint for d in outcome.diagnostics)
    assert outcome.value is not None
    assert outcome.value.render("c.html").value == "fine"


def test_a_fault_of_syntax_met_while_filling_is_told_at_its_own_file() -> None:
    outcome = ready(page='\n{% include "part.html" %}', part="\n\n{% fi %}").render("page.html")
    assert outcome.value is None
    assert [(d.span.path, d.span.line) for d in outcome.diagnostics] == [("theme/templates/part.html", 3)]


def test_a_template_that_is_named_but_not_there_is_told_where_it_is_named() -> None:
    outcome = load_templates({"templates/pages/a.html": '{# x #}\n\n{% include "parts/gone.html" %}'})
    (fault,) = outcome.diagnostics
    assert (fault.span.path, fault.span.line) == ("theme/templates/pages/a.html", 3)
    assert fault.message == "there is no template `parts/gone.html`"
    assert "theme/templates/parts/gone.html" in fault.hint


@pytest.mark.parametrize("source", ["{{ page.nothing }}", "{{ nothing }}", "{{ 1 / 0 }}", "{{ page() }}", "{{ [].pop() }}"])
def test_whatever_a_template_raises_is_told_at_its_line(source: str) -> None:
    outcome = ready(page=f"one\ntwo\n{source}\nfour").render("page.html", page="text")
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.span.path, fault.span.line) == ("template", "theme/templates/page.html", 3)
    assert outcome.value is None
    assert fault.hint


def test_a_fault_in_a_part_is_told_at_the_part() -> None:
    outcome = ready(page='\n{% include "part.html" %}', part="\n\n\n{{ gone }}").render("page.html")
    assert [(d.span.path, d.span.line) for d in outcome.diagnostics] == [("theme/templates/part.html", 4)]


def test_a_template_that_includes_itself_is_a_fault_and_no_crash() -> None:
    outcome = ready(page='{% include "page.html" %}').render("page.html")
    assert [d.code for d in outcome.diagnostics] == ["template"]


def test_a_page_without_its_template_is_told() -> None:
    (fault,) = ready(page="x").render("other.html").diagnostics
    assert (fault.span.path, fault.span.line) == ("theme/templates/other.html", 1)


def test_diagnostics_name_the_folder_that_the_theme_lies_in() -> None:
    (fault,) = load_templates({"templates/a.html": "{{"}, folder="themes/dark").diagnostics
    assert fault.span.path == "themes/dark/templates/a.html"


def test_styles_are_joined_in_the_order_of_their_layers() -> None:
    layers = ["main", "tokens", "reset", "base", "layout", "layout/rows", "panel", "panels/claim", "panels/treaty", "parts"]
    order = [*layers, "parts/uses", "own", "print"]
    theme = {f"css/{name}.css": f"/* {name} */\n" for name in reversed(order)}
    joined = join_styles({**theme, "css/notes.txt": "no", "icon.svg": "no"})
    assert re.findall(r"/\* (\S+) \*/", joined) == order
    assert "no" not in joined.split()


def test_the_theme_has_no_faults_that_can_be_told_beforehand() -> None:
    assert load_templates(read_theme()).diagnostics == ()


def test_the_theme_trusts_no_text_and_runs_nothing_inline() -> None:
    for name, text in read_theme().items():
        if name.startswith("templates/"):
            assert not re.search(r"\|\s*safe\b|autoescape", text), name
            assert not re.search(r"\sstyle=|\son\w+=|<style|<base|javascript:|<script(?![^>]* src=)", text), name


def test_every_style_sheet_fills_one_layer_that_the_order_names() -> None:
    styles = {name: text for name, text in read_theme().items() if name.startswith("css/")}
    order = re.search(r"@layer ([^;{]+);", styles.pop("css/main.css"))
    assert order is not None
    layers = order[1].split(", ")
    for name, text in styles.items():
        filled = re.findall(r"^@layer (\w+) \{", text, flags=re.MULTILINE)
        assert len(filled) == 1, name
        assert filled[0] in layers, name


def test_styles_keep_to_logical_properties_and_the_sites_own_files() -> None:
    physical = r"-(?:left|right|top|bottom):|text-align: (?:left|right)|(?<![\w(-])(?:left|right|width|height):"
    for name, text in read_theme().items():
        if name.startswith("css/"):
            assert not re.search(rf"!important|@import|url\(\s*['\"]?(?:https?:)?//|{physical}", text), name
