"""The fake Google as a fixture."""

from collections.abc import Iterator

import pytest

from integrations.graph.transport import close_http
from tests.fakes.google.service import FakeGoogle


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """Run a fake Google for one test; settings that are read now point to it."""
    with FakeGoogle() as fake:
        for name, value in fake.environment().items():
            monkeypatch.setenv(name, value)
        yield fake
    close_http()
