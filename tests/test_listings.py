"""Lists of the claims that use something follow a claim that comes into the site or leaves it without a change of its words."""

from __future__ import annotations

from tests.test_incremental import WHOLE, Shelf, claim, follow

OLD = "content/annotations/note/old.md"


def test_what_a_claim_alone_uses_lists_it_no_longer_once_it_is_a_draft() -> None:
    shelf = Shelf()
    shelf.update(WHOLE)
    assert b"note.html#old" in shelf.outputs["sources.html"]
    draft = {OLD: claim("the weir is old", "The [[sluice]] too [@tables].", draft="true")}
    shelf.update(draft)
    assert b"note.html#old" not in shelf.outputs["sources.html"]
    follow([draft, {OLD: WHOLE[OLD]}])
