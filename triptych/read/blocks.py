"""The block structure of Markdown: markdown-it's rules, with ours for what it leaves out.

Ours are: a limit to nesting that loses no words, comments that are not published, one rule for paragraphs and underlined
headings, and the places where single-line blocks begin, which the library does not tell. A rule is tried only on lines whose
first character it could begin with: most lines of a text begin with a letter, and can be nothing but a paragraph.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

DEPTH = 50

Rule = Callable[[StateBlock, int, int, bool], bool]

# The first characters of a line that each rule can take; a rule that is not here looks at other things.
_STARTS = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote_def": "[",
    "reference": "[",
    "comment": "<",
    "heading": "#",
}
_STOPS = frozenset("".join(_STARTS.values()) + ":~")
_CHAINS = ("paragraph", "reference", "blockquote", "list")  # the rules that can end each of these
_UNDERLINE = re.compile(r"(?:(=+)|-+)[ \t]*")
_TABLE_RULE = "|:-"
_FOLLOWS = _TABLE_RULE + "~"


class BlockState(StateBlock):
    """Counts how deep containers stand in one another: a list with its item is one level."""

    depth = 0

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._comment_end = (0, 0)  # where the end of a comment was last sought, and found
        self.words_end: dict[tuple[int, str], int] = {}  # line, mark -> offset after what is neither the mark nor a blank

    def end_of_comment(self, at: int) -> int:
        """Where the next `-->` from here on begins, or -1."""
        sought, found = self._comment_end
        if not (sought <= at and (found < 0 or found >= at)):
            found = self.src.find("-->", at)
            self._comment_end = (at, found)
        return found


class LooseState(BlockState):
    """Takes every list for a loose one: the library looks for the paragraphs of a tight one in all that is nested in it."""

    @property
    def tight(self) -> bool:
        return False

    @tight.setter
    def tight(self, value: bool) -> None:
        pass


class BlockParser(ParserBlock):
    """Rules by the first character of a line, and a depth at which the rest is text."""

    def __init__(self, state: type[BlockState], depth: int) -> None:
        super().__init__()
        self.state = state
        self.depth = depth
        self.rules_at: dict[str, tuple[Rule, ...]] = {}
        self.rules_elsewhere: tuple[Rule, ...] = ()
        self.paragraph: tuple[Rule, ...] = (_read_paragraph,)

    def arrange(self) -> None:
        """Sort the rules by the characters that they can begin with, once all are there."""
        active = list(zip(self.ruler.get_active_rules(), self.ruler.getRules(""), strict=True))
        self.rules_elsewhere = tuple(rule for name, rule in active if name not in _STARTS)
        for char in set("".join(_STARTS.values())):
            self.rules_at[char] = tuple(rule for name, rule in active if char in _STARTS.get(name, char))
        chains: dict[str, list[Rule]] = {name: [_guard(self.ruler.getRules(name))] for name in _CHAINS}
        get = self.ruler.getRules
        self.ruler.getRules = lambda chainName="": chains.get(chainName) or get(chainName)  # type: ignore[method-assign]  # noqa: N803

    def parse(self, src: str, md: MarkdownIt, env: Any, outTokens: list[Token]) -> list[Token]:  # noqa: N803
        state = self.state(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Read the lines startLine to endLine; called again by every container for what it holds."""
        assert isinstance(state, BlockState)
        if state.depth > self.depth:
            _keep_as_text(state, startLine, endLine)
            return
        state.depth += 1
        self._tokenize(state, startLine, endLine)
        state.depth -= 1

    def _tokenize(self, state: BlockState, line: int, end: int) -> None:
        empty_before = False
        while line < end:
            state.line = line = state.skipEmptyLines(line)
            if line >= end or state.sCount[line] < state.blkIndent:
                return
            for rule in self._rules_for(state, line):
                if rule(state, line, end, False):
                    break
            # As in the library: a list is loose where an empty line stands between its blocks, not after them.
            state.tight = not empty_before
            line = state.line
            if line - 1 < end and state.isEmpty(line - 1):
                empty_before = True
            if line < end and state.isEmpty(line):
                empty_before = True
                line += 1
                state.line = line

    def _rules_for(self, state: BlockState, line: int) -> tuple[Rule, ...]:
        first = state.src[state.bMarks[line] + state.tShift[line]]
        rules = self.rules_at.get(first)
        if rules is not None:
            return rules
        if state.sCount[line] - state.blkIndent < 4 and not _may_head(state, line):
            return self.paragraph
        return self.rules_elsewhere


def _guard(rules: list[Rule]) -> Rule:
    """One rule for those that can end a block, which are asked only about lines that they could take."""

    def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        at = state.bMarks[line] + state.tShift[line]
        if state.src[at : at + 1] not in _STOPS and not _is_above_rule(state, line):
            return False
        return any(rule(state, line, end, silent) for rule in rules)

    return ends


def _may_head(state: BlockState, line: int) -> bool:
    """Whether what follows a line could make it the head of a table or a term that is defined."""
    follow = line + 1
    if follow < state.lineMax and state.isEmpty(follow):
        follow += 1
    if follow >= state.lineMax or state.isEmpty(follow):
        return False
    return state.src[state.bMarks[follow] + state.tShift[follow]] in _FOLLOWS


def make_parser(*, extended: bool) -> MarkdownIt:
    """A parser of blocks: of what authors write, or of CommonMark alone, to any depth. Raw HTML is text in both."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": 10**9})
    commonmark = md.block.ruler.get_active_rules()
    md.block = BlockParser(BlockState, DEPTH) if extended else BlockParser(LooseState, sys.maxsize)
    md.block.ruler.enableOnly([*commonmark, "table"] if extended else commonmark)
    md.block.ruler.disable(["html_block", "lheading"])
    md.block.ruler.at("paragraph", _read_paragraph)
    md.block.ruler.at("heading", _placed(_rule(md, "heading")), {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.ruler.at("hr", _read_break, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    if extended:
        md.use(footnote_plugin, inline=False, move_to_end=False)
        md.use(deflist_plugin)
        md.block.ruler.at("table", _placed(_rule(md, "table")), {"alt": ["paragraph", "reference"]})
        md.block.ruler.before("paragraph", "comment", _read_comment, {"alt": ["paragraph", "reference", "blockquote"]})
    md.block.arrange()
    # Addresses are judged, and kept, as they are written: see references/link.py.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return md


def _rule(md: MarkdownIt, name: str) -> Rule:
    return dict(zip(md.block.ruler.get_active_rules(), md.block.ruler.getRules(""), strict=True))[name]


def _placed(rule: Rule) -> Rule:
    """The rule, noting for every block of one line where in the source its line begins, containers left out."""

    def read(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        count = len(state.tokens)
        if not rule(state, line, end, silent):
            return False
        cell = 0
        for token in state.tokens[count:]:
            if token.type == "inline" and token.map:
                row = token.map[0]
                token.meta["row"] = state.bMarks[row] + state.tShift[row]
                if state.tokens[count].type == "table_open":
                    token.meta["cell"] = cell
                    cell += 1
            elif token.type == "tr_open":
                cell = 0
        return True

    return read


def _keep_as_text(state: BlockState, start: int, end: int) -> None:
    """What stands too deep is one block of code, so that no word of it is lost."""
    place = state.bMarks[start] + state.tShift[start]
    state.env.setdefault("too_deep", []).append((start, place))
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start, end, state.blkIndent, False) + "\n"
    token.map = [start, end]
    state.line = end


def _read_break(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A thematic break. The library reads every line to its end, which takes long where marks of lists fill it."""
    assert isinstance(state, BlockState)
    start, end_of_line = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    mark = state.src[start : start + 1]
    if not mark or mark not in "*-_" or state.is_code_block(line):
        return False
    words_end = state.words_end.get((line, mark))
    if words_end is None:
        words_end = start + len(state.src[start:end_of_line].rstrip(f"{mark} \t"))
        state.words_end[line, mark] = words_end
    if words_end > start or state.src.count(mark, start, end_of_line) < 3:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("hr", "hr", 0)
        token.map = [line, state.line]
    return True


def _read_comment(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Comments with nothing but white space before and behind them; what has words beside it is a paragraph."""
    assert isinstance(state, BlockState)
    if state.is_code_block(line):
        return False
    at, last = state.bMarks[line] + state.tShift[line], line
    while state.src.startswith("<!--", at):
        close = state.end_of_comment(at + 2)
        last = bisect_left(state.eMarks, close)
        if close < 0 or last >= end:
            return False
        rest = state.src[close + 3 : state.eMarks[last]]
        at = state.eMarks[last] - len(rest.lstrip())
        if not rest.strip():
            break
    else:
        return False
    if any(state.sCount[row] < state.blkIndent and not state.isEmpty(row) for row in range(line, last + 1)):
        return False
    if not silent:
        state.line = last + 1
    return True


def _read_paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph, or a heading where the line after it is an underline: the library would read the lines twice."""
    (ends,) = state.md.block.ruler.getRules("paragraph")
    parent = state.parentType
    state.parentType = "paragraph"
    line, level = start + 1, 0
    while line < state.lineMax and not state.isEmpty(line):
        indent = state.sCount[line]
        if indent - state.blkIndent <= 3 and line < end and (level := _underline(state, line)):
            break
        # Indented code does not end a paragraph; a line below 0 was found to continue it when its quotation was read.
        if indent - state.blkIndent <= 3 and indent >= 0 and ends(state, line, state.lineMax, True):
            break
        line += 1
    state.parentType = parent
    _push_lines(state, start, line, level)
    return True


def _underline(state: StateBlock, line: int) -> int:
    """The level of the heading that this line makes of those before it, or 0."""
    at = state.bMarks[line] + state.tShift[line]
    if state.src[at] not in "-=" or state.sCount[line] < state.blkIndent:
        return 0
    match = _UNDERLINE.fullmatch(state.src, at, state.eMarks[line])
    return 0 if match is None else 1 if match[1] else 2


def _is_above_rule(state: StateBlock, line: int) -> bool:
    """Whether the next line could be the rule of a table whose head this line is."""
    if line + 1 >= state.lineMax:
        return False
    at = state.bMarks[line + 1] + state.tShift[line + 1]
    return at < state.eMarks[line + 1] and state.src[at] in _TABLE_RULE


def _push_lines(state: StateBlock, start: int, end: int, level: int) -> None:
    text = state.getLines(start, end, state.blkIndent, False)
    content = text.strip(MD_TRIM_CHARS)
    # Lines of other white space than blanks and tabs are lines of a paragraph, but not of what is left of it.
    skipped = text.count("\n", 0, len(text) - len(text.lstrip(MD_TRIM_CHARS)))
    name, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    state.line = end + 1 if level else end
    opening = state.push(f"{name}_open", tag, 1)
    opening.map = [start, state.line]
    token = state.push("inline", "", 0)
    token.content = content
    token.map = [start + skipped, end]
    token.children = []
    state.push(f"{name}_close", tag, -1)
