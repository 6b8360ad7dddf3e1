"""One web process for the tests of the page, shared by a company, and one for a person alone."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

PEOPLE = [f"p{number}@example.com" for number in range(6)]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, valkey_shared: ValkeyProcess) -> Iterator[RunningWeb]:
    """Run the app with an API token for each of six people."""
    tokens = tuple(SecretStr(f"token-{person}={person}") for person in [*PEOPLE, "new@example.com"])
    settings = Settings(home=tmp_path_factory.mktemp("web"), broker_url=valkey_shared.url, api_tokens=tokens)
    with running_web(settings) as running:
        yield running


@pytest.fixture
def browser(web: RunningWeb) -> Iterator[httpx.Client]:
    """Return the first person's client, which shows its token as the password of Basic."""
    with httpx.Client(base_url=web.url, auth=("any", f"token-{PEOPLE[0]}"), timeout=60, trust_env=False) as opened:
        yield opened
