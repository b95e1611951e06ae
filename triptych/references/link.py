"""Which addresses a link may have, and how they are written into markup. What they reach is not known here."""

from __future__ import annotations

import re

KIND = "link"

EXTERNAL, FILE, HEADING, UNSAFE = "external", "file", "heading", "unsafe"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Control characters and backslashes are what browsers mend in silence, so that the eye sees another address.
_MENDED = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s]", re.IGNORECASE)
_TO_ENCODE = re.compile(r"""[\s"<>`{}|^]|%(?![0-9A-Fa-f]{2})""")


def classify(address: str) -> str:
    """EXTERNAL, FILE (relative to the file it stands in), HEADING (of the same body), or UNSAFE."""
    if not address or _MENDED.search(address) or address != address.strip():
        return UNSAFE
    if address[0] == "#":
        return HEADING if len(address) > 1 else UNSAFE
    if _SCHEME.match(address):
        return EXTERNAL if _WEB.match(address) or _MAIL.match(address) else UNSAFE
    return UNSAFE if address[0] in "/?" else FILE


def explain(address: str) -> str:
    """Why an address is refused, as a hint."""
    if not address.strip():
        return "put an address between the round brackets"
    if address.startswith("//"):
        return f"write `https:{address}`"
    if address[0] in "/?":
        return "write it relative to this file, as `../pages/about.md`"
    if "\\" in address:
        return "use `/` between the parts of an address"
    if (scheme := _SCHEME.match(address)) and scheme[0].lower() in ("http:", "https:", "mailto:"):
        return "the address is not whole"
    return "links lead to https, http and mailto addresses, to files relative to this one, and to `#` headings"


def encode_address(address: str) -> str:
    """An address as it can stand in an attribute that is escaped: what no address may hold is percent-encoded."""
    return _TO_ENCODE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), address)
