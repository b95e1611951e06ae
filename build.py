#!/usr/bin/env python3
"""Set up what is missing, then hand over to `triptych.cli`. Standard library alone; any Python 3 can read this file.

    python3 build.py [verb …]      the site that this file stands in; `python3 build.py --help` lists the verbs
    python3 build.py test [args]   the project's own tests, those in a browser included; args go to pytest
"""

import importlib.util
import os
import sys

if sys.version_info < (3, 11):
    sys.exit("Triptych needs Python 3.11 or later, and this is " + sys.version.split()[0] + ". Try: python3.11 build.py")

import pathlib

ROOT = pathlib.Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / ".triptych"  # what was installed; UNFINISHED while that is under way
UNFINISHED = "unfinished"
RUNTIME = ("babel", "jinja2", "markdown_it", "mdit_py_plugins", "pygments", "rapidfuzz", "shtab", "watchdog", "yaml")
TESTING = ("hatchling", "html5lib", "hypothesis", "mypy", "playwright", "pytest", "ruff", "selectolax")
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "microsoft-edge", "msedge")
BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

# What only the set-up and the tests need is imported where it is needed: an ordinary build does not wait for it.


def main(argv: list[str]) -> int:
    for_tests = argv[:1] == ["test"]
    if not has(RUNTIME + TESTING if for_tests else RUNTIME):
        if pathlib.Path(sys.prefix).resolve() == VENV or not is_installed(for_tests):
            set_up(for_tests)
        return go_on([str(PYTHON), str(ROOT / "build.py"), *argv])
    if for_tests:
        os.environ["TRIPTYCH_BROWSER"] = find_browser() or install_browser()
        os.chdir(ROOT)
        return go_on([sys.executable, "-m", "pytest", "-m", "not exhaustive", *argv[1:]])
    from triptych.cli import main as run

    return run(argv, home=ROOT)


def has(modules: tuple[str, ...]) -> bool:
    """Whether this interpreter can import them all; nothing is imported."""
    return all(importlib.util.find_spec(name) for name in modules)


def go_on(command: list[str]) -> int:
    """Become another program; on Windows, wait for it and return its exit status."""
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execv(command[0], command)
    import subprocess

    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130


# --- Set-up ----------------------------------------------------------------------------------------------------------


def wanted() -> str:
    """What the stamp says once everything that pyproject.toml names is there."""
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def read_stamp() -> str:
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""


def is_installed(for_tests: bool) -> bool:
    stamps = (wanted() + "# test",) if for_tests else (wanted(), wanted() + "# test")
    return PYTHON.exists() and read_stamp() in stamps


def set_up(for_tests: bool) -> None:
    """Make .venv and install the project into it; of two that come at once, the second waits and finds it done."""
    try:
        with (ROOT / ".venv.lock").open("w") as handle:
            lock(handle.fileno())
            inside = pathlib.Path(sys.prefix).resolve() == VENV  # and yet something is missing: not what the stamp says
            if inside or not is_installed(for_tests):
                say("setting up .venv, once (a minute or so) …")
                make_environment(again=inside or read_stamp() == UNFINISHED)
                install(for_tests)
    except OSError as error:
        sys.exit("cannot set up .venv: " + str(error))


def lock(descriptor: int) -> None:
    """Wait until this process alone holds the file; the system lets go of it when the process ends."""
    if sys.platform != "win32":
        import fcntl

        return fcntl.flock(descriptor, fcntl.LOCK_EX)
    import msvcrt

    while True:
        try:
            return msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        except OSError:  # it gives up after ten seconds: the other is still at work
            continue


def make_environment(*, again: bool) -> None:
    """A .venv whose Python runs and has pip; one that someone else made and that serves is kept."""
    import subprocess

    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    if not again and PYTHON.exists() and subprocess.call([str(PYTHON), "-c", check]) == 0:
        return
    # Debian has both in a package of its own.
    if not importlib.util.find_spec("ensurepip") or not importlib.util.find_spec("venv"):
        sys.exit(
            "this Python cannot make a virtual environment. On Debian or Ubuntu:\n"
            "    sudo apt-get install python3-venv\n"
            "and run the same command again. Or install what pyproject.toml lists for this Python yourself."
        )
    base = getattr(sys, "_base_executable", "") or sys.executable  # .venv cannot be made by the Python that lives in it
    if subprocess.call([base, "-m", "venv", "--clear", str(VENV)]) != 0:
        sys.exit("cannot make .venv: what Python said stands above. Delete the folder .venv and run the same command again.")


def install(for_tests: bool) -> None:
    """Install the project and what it needs; in an interrupted .venv the stamp says so."""
    import subprocess

    before = read_stamp()
    STAMP.write_text(UNFINISHED, encoding="utf-8")
    names = RUNTIME + TESTING if for_tests else RUNTIME
    project = str(ROOT) + ("[test]" if for_tests else "")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-e", project]
    if subprocess.call(pip, stdout=sys.stderr) != 0:
        STAMP.write_text(before, encoding="utf-8")  # pip takes back what it began
        sys.exit(
            "could not install what Triptych needs: pip's own words stand above. The set-up needs the network once;\n"
            "run the same command again when there is one, or install what pyproject.toml lists for this Python yourself."
        )
    check = "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))"
    if subprocess.call([str(PYTHON), "-c", check, *names]) != 0:
        sys.exit("pip reports success, but .venv lacks one of: " + ", ".join(names) + ". Delete the folder .venv and try again.")
    STAMP.write_text(wanted() + ("# test" if for_tests else ""), encoding="utf-8")


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


# --- A browser for the tests -----------------------------------------------------------------------------------------


def find_browser() -> str:
    """The path of a Chromium, Chrome or Edge; "" where there is none."""
    import shutil

    named = os.environ.get("TRIPTYCH_BROWSER", "")
    found = filter(None, map(shutil.which, BROWSERS))
    return named or next(found, "") or next(filter(os.path.exists, BROWSER_PLACES), "")


def install_browser() -> str:
    """Install Chromium where that can be done without a question (root on Debian), else say how to get one; its path."""
    import shutil
    import subprocess

    release = pathlib.Path("/etc/os-release")
    is_debian = release.exists() and "\nID=debian" in "\n" + release.read_text(encoding="utf-8")
    if is_debian and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("installing chromium for the tests in a browser, once (a minute or two) …")
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        packages = ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]
        for step in (["update"], packages):
            subprocess.call(apt + step, stdout=sys.stderr, env=quiet)
        found = find_browser()
        if found:
            return found
    sys.exit(
        "the tests need a browser: install Chromium, Chrome or Edge (on Debian: sudo apt-get install chromium),\n"
        "or name one: TRIPTYCH_BROWSER=/path/to/chrome python3 build.py test\n"
        "Tests that need none: python3 -m pytest"
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
