"""What the machine refuses, and where the output lies, through the command line: exit status, words, and what is left."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Answer, Driver
from tests.faults.scenario import Entry, difference, left_beside, snapshot

SITE = {
    "content/site.toml": 'title = "Case"\n',
    "seeds/letter.txt": "The river board says that the water is clean.\n\nIt was tested twice last year.\n",
    "content/annotations/letter/index.md": "---\ntitle: A letter\n---\n\nSent to all households.\n",
    "content/annotations/letter/01-clean.md": "---\nkind: fact\n---\n\n> the water is clean\n\nThe survey agrees [@survey].\n",
    "content/sources.yaml": "- id: survey\n  title: A survey of the river\n",
    **{f"content/pages/page-{number}.md": f"---\ntitle: Page {number}\n---\n\nWords.\n" for number in range(12)},
}
NOBODY = 65534

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount file systems and act as other users")

Mount = Callable[..., None]
Run = Callable[..., Answer]


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    folder = tmp_path_factory.mktemp("warm")
    _write_site(folder / "site")
    one = Driver(str(folder / "site"), str(folder / "out"))
    yield one
    one.close()


@pytest.fixture
def site(open_folder: Path) -> Path:
    _write_site(open_folder / "site")
    return open_folder / "site"


@pytest.fixture(scope="module")
def run(warm: Driver, project: Path) -> Iterator[Run]:
    """Run a command as in the folder of a clone, whose theme every user may read."""
    with tempfile.TemporaryDirectory(prefix="triptych-") as home:
        Path(home).chmod(0o755)
        shutil.copytree(project / "theme", Path(home) / "theme")

        def build(site: Path, *arguments: str, **job: object) -> Answer:
            return warm(site, command=["build", "--site", str(site), *arguments], home=home, **job)

        yield build


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mount a small file system of its own at a folder; the test is skipped where that is not allowed."""
    mounted: list[Path] = []

    def at(place: Path, *options: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", ",".join(("size=8m", *options)), "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        if done.returncode != 0:
            pytest.skip(f"file systems cannot be mounted here: {done.stderr.strip()}")
        mounted.append(place)

    yield at
    for place in reversed(mounted):
        subprocess.run(["umount", "-l", str(place)], check=True)


def _write_site(site: Path) -> None:
    for path, text in SITE.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)


def edit(site: Path) -> None:
    """A change that shows on every page."""
    (site / "content" / "site.toml").write_text('title = "Another"\n')


def done(answer: Answer) -> str:
    """What a run that went well has said."""
    assert answer["status"] == 0, answer
    said: str = answer["stdout"] + answer["stderr"]
    return said


def failed(answer: Answer, code: str) -> str:
    """What a run that the machine, or the generator, has refused says: one error, and no success."""
    assert answer["status"] == 1, answer
    assert answer["stdout"] == ""
    assert answer["stderr"].count("error[") == 1
    assert f"error[{code}]: " in answer["stderr"]
    said: str = answer["stderr"]
    return said


def whole(site: Path) -> dict[str, Entry]:
    found = snapshot(site / "public")
    assert found is not None
    return found


# --- A disk that is full ---------------------------------------------------------------------------------------------


def fill(folder: Path, *, leave: int) -> Path:
    """Write a file until the disk is full, and give that many bytes back."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as opened:
        try:
            while opened.write(b"x" * 4096):
                pass
        except OSError:
            pass
        opened.truncate(opened.tell() - leave)
    return filler


@as_root
@pytest.mark.parametrize("leave", [0, 8192, 32768])
def test_on_a_full_disk_the_old_site_stays_and_the_same_command_works_once_there_is_room(leave, open_folder, run, mount):
    disk = open_folder / "disk"
    mount(disk)
    site = disk / "site"
    _write_site(site)
    done(run(site, "--quiet"))
    (site / "public" / "CNAME").write_text("theirs")
    before = whole(site)
    edit(site)
    filler = fill(disk, leave=leave)
    said = failed(run(site, "--quiet"), "io")
    assert "no space left on device" in said
    assert "make room" in said
    assert difference(snapshot(site / "public"), before) == ""
    assert left_beside(site) == []
    filler.unlink()
    done(run(site, "--quiet"))
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "CNAME").read_text() == "theirs"
    assert left_beside(site) == []


@as_root
def test_a_disk_without_room_for_more_files_is_a_full_disk(open_folder, run, mount):
    disk = open_folder / "disk"
    mount(disk, "nr_inodes=150")
    site = disk / "site"
    _write_site(site)
    done(run(site, "--quiet"))
    before = whole(site)
    edit(site)
    many = disk / "many"
    many.mkdir()
    with contextlib.suppress(OSError):
        for number in range(1000):
            (many / str(number)).touch()
    assert not (many / "999").exists()
    assert "no space left on device" in failed(run(site, "--quiet"), "io")
    assert difference(snapshot(site / "public"), before) == ""
    shutil.rmtree(many)
    done(run(site, "--quiet"))
    assert b"Another" in (site / "public" / "index.html").read_bytes()


@as_root
def test_a_first_build_that_finds_no_room_leaves_no_output(open_folder, run, mount):
    mount(open_folder / "disk")
    site = open_folder / "disk" / "site"
    _write_site(site)
    fill(open_folder / "disk", leave=20_000)
    failed(run(site, "--quiet"), "io")
    assert not (site / "public").exists() or list((site / "public").iterdir()) == []
    assert left_beside(site) == []


# --- Folders that may not be written to ------------------------------------------------------------------------------


@as_root
def test_on_a_file_system_that_is_read_only_the_build_says_so(open_folder, run, mount):
    disk = open_folder / "disk"
    mount(disk)
    site = disk / "site"
    _write_site(site)
    done(run(site, "--quiet"))
    before = whole(site)
    edit(site)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert "read-only" in failed(run(site, "--quiet"), "io")
    assert difference(snapshot(site / "public"), before) == ""
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    done(run(site, "--quiet"))
    assert b"Another" in (site / "public" / "index.html").read_bytes()


@pytest.fixture
def someone(site: Path) -> dict[str, int]:
    """The user that permissions bind: another one where the tests run as root, to whom the site is given."""
    if os.geteuid() != 0:
        return {}
    give(site)
    return {"uid": NOBODY}


def give(folder: Path) -> None:
    for place in (folder, *folder.rglob("*")):
        os.chown(place, NOBODY, NOBODY, follow_symlinks=False)


def test_an_output_that_may_not_be_written_to_is_told_so_and_stays(site, run, someone):
    done(run(site, "--quiet", **someone))
    before = whole(site)
    edit(site)
    (site / "public").chmod(0o555)
    site.chmod(0o555)
    said = failed(run(site, "--quiet", **someone), "io")
    assert "permission denied" in said
    assert "`public" in said
    (site / "public").chmod(0o755)
    assert difference(snapshot(site / "public"), before) == ""
    site.chmod(0o755)
    done(run(site, "--quiet", **someone))
    assert b"Another" in (site / "public" / "index.html").read_bytes()


def test_a_site_that_may_not_be_written_to_has_its_output_replaced_page_by_page(site, run, someone):
    done(run(site, "--quiet", **someone))
    (site / "public" / "CNAME").write_text("theirs")
    edit(site)
    site.chmod(0o555)
    said = done(run(site, **someone))
    assert said.count("page by page") == 1
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "CNAME").read_text() == "theirs"
    assert not (site / "public" / ".triptych.work").exists()
    assert "page by page" not in done(run(site, **someone))
    site.chmod(0o755)


@as_root
def test_files_of_another_user_stay_where_they_may_not_be_linked(site, run, someone):
    done(run(site, "--quiet", **someone))
    (site / "public" / "theirs").mkdir()
    os.chown(site / "public" / "theirs", NOBODY, NOBODY)
    (site / "public" / "theirs" / "notes.txt").write_text("written by root")  # fs.protected_hardlinks forbids a link to it
    edit(site)
    said = done(run(site, **someone))
    rule = Path("/proc/sys/fs/protected_hardlinks")
    if rule.exists() and rule.read_text().strip() == "1":
        assert said.count("page by page") == 1
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "theirs" / "notes.txt").read_text() == "written by root"
    assert (site / "public" / "theirs" / "notes.txt").stat().st_uid == 0
    assert left_beside(site) == []


@as_root
def test_a_folder_of_another_user_keeps_its_owner(site, run, someone):
    done(run(site, "--quiet", **someone))
    (site / "public" / "theirs").mkdir(mode=0o755)
    (site / "public" / "theirs" / "notes.txt").write_text("written by root")
    edit(site)
    done(run(site, **someone))
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "theirs").stat().st_uid == 0
    assert (site / "public" / "theirs" / "notes.txt").read_text() == "written by root"
    assert left_beside(site) == []


# --- Where the output lies -------------------------------------------------------------------------------------------


def test_a_link_to_a_folder_is_followed(site, run, open_folder):
    (open_folder / "server").mkdir()
    (site / "public").symlink_to(open_folder / "server" / "html")
    done(run(site, "--quiet"))
    edit(site)
    assert "page by page" not in done(run(site))
    assert (site / "public").is_symlink()
    assert b"Another" in (open_folder / "server" / "html" / "index.html").read_bytes()
    assert os.listdir(open_folder / "server") == ["html"]
    assert left_beside(site) == []


@as_root
def test_a_mount_point_is_filled_page_by_page(site, run, mount):
    mount(site / "public")
    assert done(run(site)).count("page by page") == 1
    (site / "public" / "CNAME").write_text("theirs")
    edit(site)
    assert done(run(site)).count("page by page") == 1
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "CNAME").read_text() == "theirs"
    assert not (site / "public" / ".triptych.work").exists()
    assert left_beside(site) == []
    assert "page by page" not in done(run(site))


@as_root
def test_a_file_system_mounted_within_the_output_stays(site, run, mount):
    done(run(site, "--quiet"))
    mount(site / "public" / "theirs")
    (site / "public" / "theirs" / "notes.txt").write_text("theirs")
    edit(site)
    assert done(run(site)).count("page by page") == 1
    assert b"Another" in (site / "public" / "index.html").read_bytes()
    assert (site / "public" / "theirs" / "notes.txt").read_text() == "theirs"
    assert os.path.ismount(site / "public" / "theirs")
    assert left_beside(site) == []


@pytest.mark.parametrize("place", [".", "..", "content", "content/pages/html", "seeds/html", "theme/html"])
def test_an_output_where_people_write_is_refused_and_nothing_touched(place, site, run, open_folder):
    before = snapshot(open_folder)
    for more in ((), ("--adopt",)):
        failed(run(site, "--quiet", "--out", str(site / place), *more), "unsafe-path")
    assert difference(snapshot(open_folder), before) == ""


def test_a_file_at_a_pages_place_is_refused_and_adopt_takes_it_over(site, run):
    page = site / "content" / "pages" / "page-3.md"
    words = page.read_text()
    page.unlink()
    done(run(site, "--quiet"))
    page.write_text(words)
    place = site / "public" / "page-3.html"
    place.write_text("theirs")
    before = whole(site)
    said = failed(run(site, "--quiet"), "unsafe-path")
    assert "public/page-3.html" in said
    assert "--adopt" in said
    assert difference(snapshot(site / "public"), before) == ""
    assert left_beside(site) == []
    done(run(site, "--quiet", "--adopt"))
    assert b"Page 3" in place.read_bytes()
    assert left_beside(site) == []


def test_a_folder_of_someone_else_is_refused_and_adopt_takes_it_over(site, run):
    (site / "public").mkdir()
    (site / "public" / "index.html").write_text("theirs")
    (site / "public" / "notes.txt").write_text("theirs")
    before = snapshot(site)
    assert "--adopt" in failed(run(site, "--quiet"), "unsafe-path")
    assert difference(snapshot(site), before) == ""
    done(run(site, "--quiet", "--adopt"))
    assert (site / "public" / "notes.txt").read_text() == "theirs"
    assert b"<html" in (site / "public" / "index.html").read_bytes()


# --- The exit status -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "status"), [("interrupt-before", 130), ("full-from", 1)])
def test_the_exit_status_of_a_build_that_is_cut_short(fault, status, site, run):
    done(run(site, "--quiet"))
    before = whole(site)
    edit(site)
    answer = run(site, "--quiet", fault=fault, at=10)
    assert answer["status"] == status, answer
    assert difference(snapshot(site / "public"), before) == ""
    assert "Traceback" not in answer["stderr"]
    done(run(site, "--quiet"))
    assert b"Another" in (site / "public" / "index.html").read_bytes()
