"""Pictures by their first bytes: what a file is called says nothing."""

from __future__ import annotations

from triptych.model import File, Image

_BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def read_image(file: File) -> Image:
    """The picture; its `extension` is "" where its bytes are none of the five kinds that are taken."""
    return Image(path=file.path, data=file.data, digest=file.digest, extension=find_extension(file.data))


def find_extension(data: bytes) -> str:
    for beginning, extension in _BEGINNINGS:
        if data.startswith(beginning):
            return extension
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    # ISO base media files name their brands: the major one, a version, then those that they are compatible with.
    size = int.from_bytes(data[:4], "big")
    brands = data[8 : min(size, 256)]
    if data[4:8] == b"ftyp" and any(brands[at : at + 4] in (b"avif", b"avis") for at in range(0, len(brands), 4) if at != 4):
        return "avif"
    return ""
