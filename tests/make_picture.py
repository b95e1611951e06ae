#!/usr/bin/env python3
"""Makes the picture in the README anew: `python tests/make_picture.py`. It builds the site and looks at it in a browser.

What stands in it is a passage of the document and the three panels below it, at a size that is always the same. Fonts
are those of the machine, so that two machines give two pictures; nothing compares them.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, Python looks in tests/ alone

from build import find_browser  # noqa: E402
from triptych.cli import main as run  # noqa: E402

PICTURE = ROOT / "docs" / "picture.png"
DOCUMENT, CLAIM = "russia-us-security-reply-2022", "red-lines-ignored"
WIDTH, HEIGHT, ABOVE = 1280, 868, 28  # CSS pixels; ABOVE: what is left free over the passage
MOST_BYTES = 250_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if run(["build", "--quiet", "--out", f"{folder}/site"], home=ROOT) != 0:
            sys.exit("the site cannot be built")
        data = compress(take_picture(Path(folder, "site", "documents", f"{DOCUMENT}.html").as_uri()))
    if len(data) > MOST_BYTES:
        sys.exit(f"the picture has {len(data)} bytes, and is to have at most {MOST_BYTES}")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(data)
    print(f"{PICTURE.relative_to(ROOT)}: {WIDTH} x {HEIGHT}, {len(data)} bytes")


def take_picture(address: str) -> bytes:
    """The part of the page that begins with the paragraph of the claim's passage, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser() or None)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce")
        page.goto(address)
        passage = page.locator(f'[data-paragraph]:has(mark[data-claim~="{CLAIM}"])').bounding_box()
        if passage is None:
            sys.exit(f"the page shows no passage of {CLAIM}")
        clip = {"x": 0, "y": passage["y"] - ABOVE, "width": WIDTH, "height": HEIGHT}
        data = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()
    return data


def compress(png: bytes) -> bytes:
    """The same picture, packed as tightly as zlib can: browsers pack for speed. Only the chunks that it needs are kept."""
    chunks = list(_chunks(png))
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    head = next(data for kind, data in chunks if kind == b"IHDR")
    packed = zlib.compress(pixels, 9)
    return png[:8] + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk (PNG specification, 5.3)."""
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
