"""A web process whose console is asked over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from core.settings import load_settings
from integrations.cli.processes.data_dir import api_token
from tests.fakes.browsing import led_to
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb, running_web
from tests.servers.valkey import ValkeyProcess

__all__ = ["microsoft"]


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def alone(valkey_shared: ValkeyProcess, model: OpenAIServer, tmp_path: Path) -> Iterator[RunningWeb]:
    """Run an installation of one person, as `inlaid up` does."""
    changes = {"home": tmp_path / "alone", "broker_url": valkey_shared.url, "model_url": model.url}
    settings = load_settings().model_copy(update=changes)
    settings.home.mkdir()
    api_token(settings.home)
    with running_web(settings) as running:
        yield running


@pytest.fixture
def shared(microsoft: FakeMicrosoft, valkey_shared: ValkeyProcess, tmp_path: Path) -> Iterator[RunningWeb]:
    """Run an installation for an organisation; alice is its administrator."""
    changes = {"home": tmp_path / "shared", "broker_url": valkey_shared.url, "admins": ("alice@example.org",)}
    with running_web(load_settings().model_copy(update=changes)) as running:
        microsoft.app.redirect_uris.add(f"{running.url}/console/signed-in")
        yield running


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person("bob@example.org", "Bob Ray")


@pytest.fixture
def alice(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person("alice@example.org", "Alice Ray")


def browser(web: RunningWeb) -> httpx.Client:
    """Return a browser of this machine that looks at a page of the server."""
    headers = {"Origin": web.url, "Sec-Fetch-Site": "same-origin"}
    return httpx.Client(base_url=web.url, headers=headers, timeout=20, trust_env=False)


@contextmanager
def comes_in(web: RunningWeb) -> Iterator[httpx.Client]:
    """Give the browser of the person at this machine, signed in."""
    with browser(web) as client:
        assert client.post("/console/sign-in/here", data={"code": new_code(web)}).status_code == 303
        yield client


def new_code(web: RunningWeb) -> str:
    """Return what `inlaid up` and `inlaid console` put into their link."""
    codes = web.services.api.access.codes
    assert codes is not None
    return codes.make()


@contextmanager
def microsoft_browser(web: RunningWeb, person: Person) -> Iterator[httpx.Client]:
    """Give the browser of somebody who signed in through Microsoft 365."""
    with browser(web) as client:
        begun = client.post("/console/sign-in/microsoft")
        assert begun.status_code == 200, begun.text
        form = person.answers(led_to(begun))
        cross_site = {"Sec-Fetch-Site": "cross-site", "Origin": person.microsoft.url}
        back = client.post("/console/signed-in", data=form, headers=cross_site)
        assert back.status_code == 303, back.text
        assert client.get(back.headers["Location"], headers=cross_site).status_code == 303
        yield client
