"""The README keeps its word: its commands run, its note is valid, and its tables and help say what the code says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from triptych.codes import CODES
from triptych.pipeline import build_site

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARTS = ("build.py", "pyproject.toml", "README.md", "LICENSE", "triptych", "theme", "seeds", "content")


def section(heading: str) -> str:
    """The text below a heading of the second level."""
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose first row begins with `head`; `\\|` is a bar."""
    lines = text.split(f"| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def flat(text: str) -> str:
    return " ".join(text.split())


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell block with this Python; its dependencies are there, so that nothing is set up."""
    words = [sys.executable if word == "python3" else word for word in shlex.split(command, comments=True)]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def help_of(*verb: str) -> str:
    found = run(shlex.join(["python3", str(ROOT / "build.py"), *verb, "--help"]), ROOT)
    assert found.returncode == 0, found.stderr
    return found.stdout


def verbs() -> list[str]:
    return re.findall(r"^    ([a-z]+) ", help_of().partition("\ncommands:\n")[2], re.M)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `git clone … triptych` has been called."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "triptych").mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / "triptych" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / "triptych" / name)
    return folder


# --- the commands ----------------------------------------------------------------------------------------------------


def test_three_commands_lead_from_clone_to_page(clone: Path) -> None:
    git, build, look = blocks(section("From clone to page"), "sh")[0].splitlines()
    assert git.startswith("git clone ")
    assert git.endswith(" triptych")
    found = run(build, clone)
    assert (found.returncode, found.stderr) == (0, "")
    page = clone / shlex.split(look, comments=True)[1]
    assert "<!doctype html>" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", blocks(section("Commands"), "sh")[0].splitlines())
def test_each_command_shown_does_its_work(command: str, clone: Path) -> None:
    found = run(command, clone / "triptych")
    assert found.returncode == 0, found.stderr
    assert found.stdout


def test_the_help_shown_is_the_help_printed() -> None:
    (shown,) = [block for block in blocks(section("Commands"), "text") if block.startswith("usage:")]
    assert flat(shown) == flat(help_of())


def test_every_option_stands_in_the_table_with_its_words_and_commands() -> None:
    help_by_verb = {verb: help_of(verb) for verb in verbs()}
    options = {verb: set(re.findall(r"^  (--[a-z-]+)", text, re.M)) for verb, text in help_by_verb.items()}
    shown: dict[str, set[str]] = {verb: set() for verb in options}
    for option, of, meaning in rows(section("Commands"), "option"):
        for verb in options if of == "all" else of.split(", "):
            assert flat(f"{option.strip('`')} {meaning}") in flat(help_by_verb[verb])
            shown[verb].add(option.strip("`").split()[0])
    assert shown == options


def test_the_tests_named_are_there() -> None:
    for line in blocks(section("Tests"), "sh")[0].splitlines():
        assert "build.py test" in line or "-m pytest" in line
    for path in re.findall(r"tests/[\w./-]+", section("Tests")):
        assert (ROOT / path).exists(), path
    assert "--update-cases" in (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")


# --- the note, and what is said of a site ----------------------------------------------------------------------------


def note() -> tuple[str, str]:
    """The path and the text of the note that is shown."""
    text = section("A note, whole")
    found = re.search(r"`(content/annotations/\S+\.md)`", text)
    assert found
    return found[1], blocks(text, "markdown")[0]


def test_the_note_shown_is_valid_in_a_small_site() -> None:
    path, text = note()
    doc = path.split("/")[2]
    files = {
        path: text,
        "content/site.toml": 'title = "Small"\n',
        f"content/annotations/{doc}/index.md": "---\ntitle: A report\n---\n",
        "content/glossary/red-lines.md": "---\nterm: red lines\n---\n\nWhat others must not cross.\n",
        "content/sources.yaml": "- id: pars-20211130\n  title: A report\n",
        "content/treaties/un-charter-1945.md": "---\ntitle: The Charter\nshort: UN Charter\nkind: treaty\n---\n\n"
        "## Article 2(4)\n\nOne.\n\n## Article 51\n\nTwo.\n",
    }
    data = {name: content.encode() for name, content in files.items()}
    seed = f"seeds/{doc}.txt"
    build = build_site({**data, seed: (ROOT / seed).read_bytes()})
    assert build.diagnostics == ()
    assert b'<mark data-claim="red-lines"' in build.outputs[f"documents/{doc}.html"]


def test_what_the_note_names_is_there_in_this_site() -> None:
    _, text = note()
    sources = (ROOT / "content" / "sources.yaml").read_text(encoding="utf-8")
    treaties = {path.stem for path in (ROOT / "content" / "treaties").glob("*.md")}
    for key in re.findall(r"\[@([\w-]+)", text):
        assert key in treaties or f"id: {key}\n" in sources
    assert (ROOT / "content" / "glossary" / "red-lines.md").is_file()


def test_no_key_in_the_table_is_unknown_to_its_kind_of_file() -> None:
    files = {"seeds/doc.txt": "Words.\n"}
    for name, keys in rows(section("A site"), "file"):
        path = "content/" + name.replace("…", "doc").replace("NN-slug", "01-words").replace("id.md", "one.md").replace(
            "slug", "one"
        )
        files[path] = "---\n" + "".join(f"{key.strip('*')}: ~\n" for key in keys.split(", ")) + "---\n"
    of_site = re.search(r"`site.toml` takes (.*?) and the table", section("A site"), re.S)
    assert of_site
    files["content/site.toml"] = "".join(f'{key.strip("*")} = ""\n' for key in flat(of_site[1]).split(", ")) + "[kinds]\n"
    build = build_site({path: text.encode() for path, text in files.items()})
    wrong = [one for one in build.diagnostics if one.code in ("unknown-key", "stray-file", "bad-id")]
    assert wrong == []
    missing = [re.findall(r"`(\w+)`", one.message)[0] for one in build.diagnostics if one.code == "missing-key"]
    assert sorted(set(missing)) == sorted(set(re.findall(r"(\w+)\*", section("A site"))))


# --- tables ----------------------------------------------------------------------------------------------------------


def test_the_table_of_codes_is_that_of_the_package() -> None:
    shown = rows(section("Diagnostics"), "code")
    assert shown == [[f"`{code.name}`", str(code.severity), code.meaning] for code in CODES.values()]


def test_what_is_to_be_touched_is_there() -> None:
    for kind, touched in rows(section("How it works"), "To add"):
        paths = [path for path in re.findall(r"`([^`]+)`", touched) if "/" in path]
        assert paths, kind
        for path in paths:
            is_new = re.search(r"/x\.\w+$|-x(-nearly)?/$", path)
            assert (ROOT / path).parent.is_dir() if is_new else (ROOT / path).is_file(), path


def test_names_in_the_table_of_what_to_touch_are_in_their_files() -> None:
    named = re.findall(r"`(triptych/\w[\w/]*\.py)` \((?:a line in )?`(\w+)`\)", section("How it works"))
    named += [
        ("triptych/check.py", "check_site"),
        ("triptych/pipeline.py", "_plain_files"),
        ("triptych/panels/kind.py", "ShownClaim"),
    ]
    assert len(named) > 4
    for path, name in named:
        assert name in section("How it works")
        assert re.search(rf"^ *(def|class) {name}\b|^{name}\b", (ROOT / path).read_text(encoding="utf-8"), re.M), name


def test_links_and_pictures_lead_to_files() -> None:
    text = re.sub(r"^```.*?^```$", "", README, flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#]+)\)", re.sub(r"`[^`]*`", "", text)):
        assert target.startswith("https://") or (ROOT / target).is_file(), target


def test_the_picture_is_small_enough_to_load_quickly() -> None:
    data = (ROOT / "docs" / "picture.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 250_000
