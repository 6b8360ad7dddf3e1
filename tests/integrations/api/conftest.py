"""One web process for all tests of the API; each test acts as persons of its own."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from tests.integrations.api.answers import checked_answers
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

PERSONS = 400
# All tests come from one address; what is limited is tested in tests/integrations/web/test_asgi.py.
UNLIMITED: dict[str, Any] = {"address_requests_per_minute": 0, "sign_in_failures_per_minute": 0, "event_streams": 0}
MODELS = """
routes = {default = ["small"]}
[[endpoints]]
name = "small"
url = "embedded"
[[endpoints]]
name = "large"
url = "http://127.0.0.1:1/v1"
model = "org/Large"
"""
_numbers = count()


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, valkey_shared: ValkeyProcess) -> Iterator[RunningWeb]:
    """Run the app on SQLite and a real Valkey."""
    tokens = tuple(SecretStr(f"token-{number}=person{number}@example.com") for number in range(PERSONS))
    home = tmp_path_factory.mktemp("web")
    (home / "models.toml").write_text(MODELS)
    settings = Settings(
        home=home,
        broker_url=valkey_shared.url,
        api_tokens=tokens,
        models_file=home / "models.toml",
        **UNLIMITED,
    )
    with running_web(settings) as running:
        yield running


@pytest.fixture
def client(web: RunningWeb) -> Iterator[httpx.Client]:
    """Return a client of a person who has no jobs yet; each answer to it is as the API describes it."""
    with web.client(f"token-{next(_numbers)}") as opened:
        opened.event_hooks["response"] = [checked_answers(web.routes)]
        yield opened


@pytest.fixture
def other_client(web: RunningWeb) -> Iterator[httpx.Client]:
    """Return a client of another person."""
    with web.client(f"token-{next(_numbers)}") as opened:
        yield opened
