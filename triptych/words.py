"""The interface's own words, and how dates and kinds read in them. English is the one language so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triptych.model import Date, Suspension, Treaty

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

CLAIM_KINDS: Mapping[str, tuple[str, str]] = {
    # kind -> label, and what it means to a reader
    "fact": ("Statement of fact", "says that something is so, or happened"),
    "legal": ("Legal claim", "says what a rule or an agreement requires, allows or forbids"),
    "position": ("Position", "says what a side thinks or holds to be right"),
    "demand": ("Demand", "asks that another side do something, or stop doing it"),
    "denial": ("Denial", "says that something is not so, or did not happen"),
    "offer": ("Offer", "says what a side would be ready to do or to discuss"),
    "prediction": ("Prediction", "says what will or would happen"),
}

TREATY_KINDS: Mapping[str, tuple[str, str]] = {
    # kind -> one of them, all of them
    "treaty": ("Treaty", "Treaties"),
    "commitment": ("Political commitment", "Political commitments"),
    "resolution": ("Resolution", "Resolutions"),
    "draft": ("Draft", "Drafts"),
    "correspondence": ("Correspondence", "Correspondence"),
}

RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView:
    iso: str  # for <time datetime>
    text: str  # "17 February 2022", "February 2022", "2022"


def show_date(date: Date) -> DateView:
    """A date with no more precision than it has."""
    parts = (str(date.day) if date.day else "", MONTHS[date.month - 1] if date.month else "", str(date.year))
    return DateView(iso=date.iso, text=" ".join(part for part in parts if part))


def show_optional(date: Date | None) -> DateView | None:
    return show_date(date) if date is not None else None


def direction(language: str) -> str:
    """"rtl" where the language, or the script that its tag names, runs from right to left."""
    tags = language.lower().split("-")
    if "arab" in tags[1:] or "hebr" in tags[1:]:
        return "rtl"
    return "rtl" if tags[0] in RIGHT_TO_LEFT and "latn" not in tags and "cyrl" not in tags else "ltr"


def kind_label(kind: str, own: Mapping[str, str]) -> str:
    """A kind of claim in words; `own` are those that the site adds, or calls otherwise."""
    if kind in own:
        return own[kind]
    return CLAIM_KINDS[kind][0] if kind in CLAIM_KINDS else kind


def treaty_status(treaty: Treaty) -> str:
    """What an agreement is, in words: "Treaty, binding, in force since 1992; suspended by Russia 2007"."""
    words = [TREATY_KINDS[treaty.kind][0] if treaty.kind in TREATY_KINDS else treaty.kind, binding_words(treaty)]
    if treaty.in_force is not None:
        span = "in force since" if treaty.ended is None else "in force from"
        words.append(f"{span} {treaty.in_force.year}" + (f" to {treaty.ended.year}" if treaty.ended else ""))
    elif treaty.ended is not None:
        words.append(f"ended {treaty.ended.year}")
    status = ", ".join(word for word in words if word)
    known = "; ".join([status, *(suspension_words(one) for one in treaty.suspended)])
    return f"{known}. {treaty.status}" if treaty.status else known


def binding_words(treaty: Treaty) -> str:
    match treaty.binding:
        case True:
            return "legally binding"
        case False:
            return "not legally binding"
        case str(words):
            return words
        case None:
            return ""


def suspension_words(suspension: Suspension) -> str:
    by = f" by {suspension.by}" if suspension.by else ""
    return f"suspended{by} {suspension.date.year}"
