"""`check --explain`: what a diagnostic means. Knows the codes and nothing of sites, so that the answer is there at once."""

from __future__ import annotations

import sys

from triptych.codes import CODES
from triptych.text import nearest


def run_explain(code: str) -> int:
    """Print what a diagnostic means and what to do; 2 where none is called so."""
    if code not in CODES:
        near = nearest(code, CODES)
        print(f"no diagnostic is called {code}" + (f"; did you mean {near}?" if near else ""), file=sys.stderr)
        print("known: " + ", ".join(CODES), file=sys.stderr)
        return 2
    found = CODES[code]
    print(f"{found.severity}[{code}]: {found.meaning}\n\n{found.explanation}")
    return 0
