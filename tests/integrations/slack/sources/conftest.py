"""Channels as sources."""

import pytest

from tests.integrations.slack.conftest import Office
from tests.integrations.slack.sources.library import Library


@pytest.fixture
def library(office: Office) -> Library:
    return Library(office)
