"""What all tests share: the folder of the project, and profiles of hypothesis."""

from __future__ import annotations

import pathlib

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no fault of the code under test, and a run that fails is to fail again.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture(scope="session")
def project() -> pathlib.Path:
    """The folder that build.py stands in."""
    return pathlib.Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite what tests/cases keeps; read the difference")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that fork come first: beside the threads and children of others' fixtures nothing would be forked."""
    items.sort(key=lambda item: item.path.name != "test_jobs.py")
