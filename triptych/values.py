"""What a date, a web address and a language tag look like, and what to say where a text is none. Pure; no file, no span."""

from __future__ import annotations

import re
from calendar import monthrange

from triptych.model import Date

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMBERS = re.compile(r"[0-9]+")
_DATE_FORMS = "write it as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`"

# Backslashes are left out on purpose: browsers read them as slashes, so that another host is reached than the eye sees.
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\\x00-\x1f\x7f-\x9f]+[^\s\\\x00-\x1f\x7f-\x9f]*", re.IGNORECASE)
_HOST = re.compile(r"(?:[^@]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^:@\[\]<>\"'`{}|^%]+)(?::[0-9]{0,5})?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")

# RFC 5646, section 2.1, less what nobody writes: languages of four to eight letters and the grandfathered tags.
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)

_LANGUAGES_BY_NAME = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "italian": "it",
    "japanese": "ja",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "turkish": "tr",
    "ukrainian": "uk",
}


def parse_date(text: str) -> Date | None:
    """A day, month or year that the calendar has; None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    if year == 0 or (match[2] and not 1 <= month <= 12) or (match[3] and not 1 <= day <= monthrange(year, month)[1]):
        return None
    return Date(year, month, day)


def explain_date(text: str) -> str:
    """Why `text` is no date, as a hint that names the nearest form where there is one."""
    match = _DATE.fullmatch(text)
    if match is None:
        return _offer_date(text)
    year, month = int(match[1]), int(match[2] or 0)
    if year and match[3] and 1 <= month <= 12:
        return f"{match[1]}-{match[2]} has {monthrange(year, month)[1]} days"
    return "months run from 01 to 12" if year else _DATE_FORMS


def _offer_date(text: str) -> str:
    numbers = _NUMBERS.findall(text) if len(text) <= 40 else []
    if len(numbers) not in (2, 3) or not numbers[0].isascii():
        return _DATE_FORMS
    if len(numbers[0]) != 4:
        numbers.reverse()
    offer = "-".join(part.zfill(2) for part in numbers)
    return f"{_DATE_FORMS}; perhaps `{offer}`" if parse_date(offer) else _DATE_FORMS


def is_web_address(text: str) -> bool:
    """Whether it is an absolute http or https address with a host, and no space or backslash in it."""
    if _WEB_ADDRESS.fullmatch(text) is None:
        return False
    return _HOST.fullmatch(re.split(r"[/?#]", text.split("://", 1)[1], maxsplit=1)[0]) is not None


def explain_address(text: str) -> str:
    """Why `text` is no web address, as a hint."""
    scheme = _SCHEME.match(text)
    if text.startswith("//"):
        return f"write `https:{text}`"
    if scheme is None:
        offer = f"https://{text}"
        has_host = "." in text and is_web_address(offer)
        return f"write it in full, as `{offer}`" if has_host else "write it in full, from `https://` on"
    if scheme[1].lower() not in ("http", "https"):
        return "only addresses that begin with `https://` or `http://` are taken"
    return "an address has a host after `//`, and neither spaces nor backslashes (write a space as `%20`)"


def is_language_tag(text: str) -> bool:
    """Whether it is a plausible BCP 47 tag: `en`, `pt-BR`, `sr-Latn`."""
    return _LANGUAGE.fullmatch(text) is not None


def explain_language(text: str) -> str:
    """Why `text` is no language tag, as a hint that names the tag where it can be told."""
    offer = _LANGUAGES_BY_NAME.get(text.lower(), text.replace("_", "-"))
    if offer != text and is_language_tag(offer):
        return f"write `{offer}`"
    return "write a language tag (BCP 47), such as `en`, `ru` or `pt-BR`"
