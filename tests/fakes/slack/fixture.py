"""The pytest fixture; name this module in `pytest_plugins`."""

from collections.abc import Iterator

import pytest

from tests.fakes.slack.service import FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Run a fake Slack for one test; point INLAID_SLACK_API_URL at its `api_url`."""
    with FakeSlack() as fake:
        yield fake
