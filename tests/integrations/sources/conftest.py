"""An installation whose sources are at a fake Microsoft 365, and people there."""

from collections.abc import Iterator

import pytest

from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.integrations.sources.drives import DriveOffice

__all__ = ["microsoft"]


@pytest.fixture
def office(microsoft: FakeMicrosoft) -> Iterator[DriveOffice]:
    made = DriveOffice(microsoft)
    yield made
    made.close()


@pytest.fixture
def ann(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person("ann@example.org", "Ann Lee")


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person("bob@example.org", "Bob Ray")
