"""The pytest fixture; name this module in `pytest_plugins`."""

from collections.abc import Iterator

import pytest

from integrations.graph.transport import close_http
from tests.fakes.microsoft.service import FakeMicrosoft


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeMicrosoft]:
    """Run a fake Microsoft 365 for one test; settings that are read now point to it."""
    with FakeMicrosoft() as fake:
        for name, value in fake.environment().items():
            monkeypatch.setenv(name, value)
        yield fake
    close_http()
