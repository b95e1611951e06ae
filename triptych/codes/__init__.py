"""Every code that a diagnostic may carry: how grave it is, what it means, and what to do. Tables; they decide nothing."""

from __future__ import annotations

from collections.abc import Mapping

from triptych.codes import advice, linking, reading
from triptych.codes.code import Code

__all__ = ["CODES", "Code"]

CODES: Mapping[str, Code] = {code.name: code for code in (*reading.TABLE, *linking.TABLE, *advice.TABLE)}
