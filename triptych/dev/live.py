"""What open pages are told: the builds published, and what is wrong now. Knows no sockets; the server carries the messages.

Every message is a JSON object with a `kind`:

    state      what a page hears first: `session`, `number`, `overlay` and `style`, as they are now
    building   `number`
    published  `number`, `changed` and `removed` (output paths; null where they are many: each page looks for itself), `style`
    failed     `number`, `overlay`
    mended     nothing more
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Collection

_KEPT = 64  # messages; whoever is further behind hears the state anew
_NAMED = 200  # paths in one message

START = -1  # where someone stands who has heard nothing yet


class Live:
    """The present state, and the last messages. The session's thread tells; those of the server wait for it."""

    def __init__(self) -> None:
        self.session = secrets.token_hex(4)  # numbers begin anew with each watch
        self._condition = threading.Condition()
        self._messages: deque[str] = deque(maxlen=_KEPT)
        self._told = 0  # messages ever
        self._number = 0
        self._overlay = ""
        self._style = ""
        self._is_closed = False

    @property
    def number(self) -> int:
        """Of the last build that was published; 0 before the first."""
        return self._number

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    # --- The session tells -------------------------------------------------------------------------------------------

    def building(self, number: int) -> None:
        with self._condition:
            self._tell("building", number=number)

    def published(self, number: int, changed: frozenset[str], removed: frozenset[str], style: str = "") -> None:
        """New bytes lie at these output paths.

        With `style`, the path of a style sheet, pages put it in place of their own; those in `changed` differ in its address
        alone, and are not loaded again. A number that was told before says that the build is still to come: what was wrong stays.
        """
        with self._condition:
            if number > self._number:
                self._overlay = ""
            self._number = number
            if style:
                self._style = style
            elif self._style in removed or any(path.endswith(".css") for path in changed):
                self._style = ""  # pages have come with another since
            self._tell("published", number=number, changed=_named(changed), removed=_named(removed), style=style)

    def failed(self, number: int, overlay_html: str) -> None:
        """The build found faults, and the last good pages stay; `overlay_html` is of our own making, all of it escaped."""
        with self._condition:
            self._overlay = overlay_html
            self._tell("failed", number=number, overlay=overlay_html)

    def mended(self) -> None:
        """Nothing is wrong any more, and no page has changed."""
        with self._condition:
            self._overlay = ""
            self._tell("mended")

    def close(self) -> None:
        """Let go of all who wait."""
        with self._condition:
            self._is_closed = True
            self._condition.notify_all()

    # --- The server listens ------------------------------------------------------------------------------------------

    def state(self) -> str:
        with self._condition:
            return self._state()

    def wait(self, heard: int, seconds: float) -> tuple[int, tuple[str, ...]]:
        """The messages after those `heard`, and how many that makes: at once, or when there is one.

        From START, or too far behind, it is the state. No message once the time is over, or Live is closed.
        """
        with self._condition:
            end = time.monotonic() + seconds
            while self._told == heard and not self._is_closed and (left := end - time.monotonic()) > 0:
                self._condition.wait(left)
            missed = self._told - heard
            if heard == START or missed > len(self._messages):
                return self._told, (self._state(),)
            return self._told, tuple(self._messages)[len(self._messages) - missed :]

    def _state(self) -> str:
        return _message("state", session=self.session, number=self._number, overlay=self._overlay, style=self._style)

    def _tell(self, kind: str, **content: object) -> None:
        self._messages.append(_message(kind, **content))
        self._told += 1
        self._condition.notify_all()


def _named(paths: Collection[str]) -> list[str] | None:
    return sorted(paths) if len(paths) <= _NAMED else None


def _message(kind: str, **content: object) -> str:
    """One line of ASCII."""
    return json.dumps({"kind": kind, **content})
