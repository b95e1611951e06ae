"""Every passage that words stand for, as tests ask for them; production code makes only the one that it needs."""

from __future__ import annotations

from triptych.resolve.normalised import NormalisedText
from triptych.resolve.passages import Passage, find_places, passage_at


def find_passages(index: NormalisedText, words: str) -> list[Passage]:
    """In offsets of the original text, in order; empty where the words are not there."""
    places = find_places(index, words)
    return [passage_at(index, places, number) for number in range(len(places))]
