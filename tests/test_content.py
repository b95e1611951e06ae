"""This repository's own site keeps to what its method page says: how much is explained, how long, and from what."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from triptych.desk.coverage import measure_coverage
from triptych.model import Annotation, Body, Provision, Treaty
from triptych.pipeline import Build, Builder, Options
from triptych.read.files import read_file, walk

ROOT = Path(__file__).resolve().parents[1]
DOC = "russia-us-security-reply-2022"


def read_site() -> tuple[Builder, Build]:
    files = {entry.path: read_file(ROOT, entry.path).value for entry in walk(ROOT).value or ()}
    builder = Builder(options=Options(strict=True))
    return builder, builder.update({path: file.data for path, file in files.items() if file is not None})


BUILDER, BUILD = read_site()
CLAIMS = BUILDER.site.claims(DOC)
TREATIES = BUILDER.site.catalogue.treaties()
PROVISIONS = [(treaty, provision) for treaty in TREATIES for provision in treaty.provisions]


def sources_of(body: Body) -> set[str]:
    """Keys of what a text cites: of sources, not of treaties."""
    keys = {one.name for one in body.references if one.kind == "citation"}
    return {key for key in keys if BUILDER.site.catalogue.source(key) is not None}


def test_the_site_has_no_error_and_no_warning() -> None:
    assert BUILD.diagnostics == ()
    assert BUILD.is_good


def test_the_report_is_explained_from_end_to_end() -> None:
    (coverage,) = measure_coverage(BUILDER.site)
    assert coverage.uncovered == ()
    assert coverage.percent >= 75
    assert len(CLAIMS) == 30


def test_agreements_terms_and_events_are_as_many_as_the_report_needs() -> None:
    # The two Minsk texts, of 2014 and 2015, stand in a file each.
    assert len(TREATIES) == 25
    assert len(BUILDER.site.catalogue.terms()) >= 45
    assert sum(len(one.events) for one in BUILDER.site.catalogue.timelines()) >= 45


def test_the_document_is_the_one_whose_hash_is_recorded() -> None:
    about = BUILDER.site.catalogue.about(DOC)
    assert about is not None
    text = (ROOT / "seeds" / f"{DOC}.txt").read_text("utf-8")
    assert about.sha256 == sha256(text.encode()).hexdigest()


def test_at_least_four_claims_in_five_cite_a_provision() -> None:
    citing = [one for one in CLAIMS if any(used[0] == "provision" for used in BUILDER.site.meaning(one).uses)]
    assert len(citing) >= 0.8 * len(CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_has_speaker_kind_title_and_a_context_of_its_length_with_two_sources(claim: Annotation) -> None:
    assert claim.speaker
    assert claim.kind
    assert 0 < len(claim.title) <= 60
    assert 100 <= len(claim.context.text.split()) <= 220
    assert "Afterwards" in [heading.text for heading in claim.context.headings]
    assert len(sources_of(claim.context)) >= 2
    assert len(claim.treaties) >= 1
    assert all(not entry.note.is_empty for entry in claim.treaties)


@pytest.mark.parametrize("treaty", TREATIES, ids=lambda treaty: treaty.id)
def test_an_agreement_says_what_it_is_and_where_it_stands(treaty: Treaty) -> None:
    assert treaty.status
    assert not treaty.introduction.is_empty
    assert treaty.kind == "treaty" or "treaty" not in treaty.short.lower() or "draft" in treaty.short.lower()


@pytest.mark.parametrize(("treaty", "provision"), PROVISIONS, ids=lambda one: one.id)
def test_no_provision_lacks_a_source(treaty: Treaty, provision: Provision) -> None:
    below = [one for one in treaty.provisions if one.parent == provision.id]
    assert sources_of(provision.body) or (provision.body.is_empty and below)
