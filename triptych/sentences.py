"""Where sentences begin and end, by rules for legal and journalistic prose and for scripts with marks of their own.

When in doubt two sentences stay one: an excerpt that is a little long misleads nobody, one that is cut short may.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Stretch = tuple[int, int]

_CLOSING = "\"'”’»›)\\]」』）】》〉"
_OPENING = "\"'“‘„‚«‹(\\[¿¡「『（【《〈"
_NOTES = r"(?:\[\d{1,4}\]|[¹²³⁰⁴-⁹]+)*"  # marks of footnotes
_SELECTORS = "\ufe00-\ufe0f"

# Marks that end a sentence wherever they stand; those that may do so before white space; and a blank line.
_END = re.compile(
    rf"(?P<always>[。！？｡।॥]+[{_SELECTORS}]*[{_CLOSING}。！？]*)\s*"
    rf"|(?P<spaced>(?<![؟۔።၊။។])[؟۔።၊။។]+[{_CLOSING}]*{_NOTES})(?:\s+|$)"
    rf"|(?P<doubtful>(?<![.!?…‽])[.!?…‽]+[{_CLOSING}]*{_NOTES})(?:\s+)(?=[{_OPENING}]*(?P<next>[^{_OPENING}\s]))"
    r"|(?P<blank>\n[ \t]*\n\s*)"
)

# Before a full stop, in lower case; with those of a single capital letter, which need no list.
_LISTED = """
    a.k.a adm al amb anon app approx apr arch art arts assn aug ave b.c b.s bk bros brig c ca capt cf ch chap chs cl cls cmdr co
    col cols comm cong conv corp ct d.c dec dept det dir dist doc docs dr e.g ed eds e.u e.u.r eq esp est et etc ex exec feb
    ff fig figs fn fol ft g.a gen gov h.e hon hrs i.a i.c.j i.e ibid id inc incl insp int intl jan jr jul jun l.n.t.s lit
    loc lt ltd m.p maj mar max messrs min misc mr mrs ms mss mt n.b nb no nos nov n.y oct op op.cit orig p para paras pl pp pres
    prof prop pt pts pub q.v r.o.c rep repr res resp ret rev s.c sch sec sect secs sen sep sept ser sgt sing sq sr st ste sub
    subpar subs sup supp suppl tr trans treas u.k u.n u.n.t.s u.s u.s.a u.s.c u.s.s.r univ v v.s viz vol vols vs w.r.t yr
"""
_ABBREVIATIONS = frozenset(_LISTED.split())
_WORD_BEFORE = re.compile(r"[^\s(\[“\"'‘«„]*$")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcdm]{1,6}|[a-z])[)\]]?\.?[)\]]?", re.IGNORECASE)
_LONGEST_WORD = 40


def sentences(text: str) -> tuple[Stretch, ...]:
    """The sentences of a text, in order, without the white space around them; together they hold every other character."""
    found: list[Stretch] = []
    start = _skip_space(text, 0)
    for match in _END.finditer(text):
        end = match.start("blank") if match["blank"] else max(match.end(name) for name in ("always", "spaced", "doubtful"))
        if match.end() <= start or (match["doubtful"] and _goes_on(text, start, match)):
            continue
        if end > start:
            found.append((start, end))
        start = match.end()
    end = len(text.rstrip())
    if end > start:
        found.append((start, end))
    return tuple(found)


def sentences_holding(text: str, passages: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The sentences that hold any of the passages, in order; those that stand beside one another are one.

    So each passage lies within one of the stretches, and between two of them something has been left out.
    """
    found = sentences(text)
    starts = [start for start, _ in found]
    ends = [end for _, end in found]
    ranges = sorted((bisect_right(ends, start), bisect_left(starts, end)) for start, end in passages if start < end)
    held: list[Stretch] = []  # first and last sentence, by number, the last not included
    for first, last in ranges:
        if held and first <= held[-1][1]:
            held[-1] = (held[-1][0], max(last, held[-1][1]))
        elif first < last:
            held.append((first, last))
    return tuple((starts[first], ends[last - 1]) for first, last in held)


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a full stop, or another mark that may stand within a sentence, does so here."""
    following = match["next"]
    if not (following.isupper() or following.istitle() or following.isdigit() or _has_no_case(following)):
        return True
    if not match["doubtful"].startswith(".") or match["doubtful"].startswith(".."):
        return False
    if _ENUMERATOR.fullmatch(text, start, match.end("doubtful")):
        return True
    mark = match.start()
    before = _WORD_BEFORE.search(text, max(start, mark - _LONGEST_WORD), mark)
    word = before[0] if before else ""
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _has_no_case(char: str) -> bool:
    """Letters of scripts without capitals, which cannot tell where a sentence begins, and marks such as a dash or a bullet."""
    return char.lower() == char.upper()


def _skip_space(text: str, at: int) -> int:
    return at + len(text[at:]) - len(text[at:].lstrip())
