"""A fake Microsoft 365 and somebody who has signed in."""

from collections.abc import Iterator

import pytest

from core.settings import load_settings
from core.store import Store, open_store
from integrations.graph.client import Graph
from integrations.graph.sign_in import GraphPerson, GraphSignIn, make_sign_in
from integrations.graph.transport import make_http
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.microsoft.fixture import microsoft

__all__ = ["microsoft"]

REDIRECT_URI = "http://127.0.0.1:9/graph/signed-in"
SCOPES = ("Mail.ReadWrite", "User.Read")


@pytest.fixture
def store(microsoft: FakeMicrosoft) -> Iterator[Store]:
    del microsoft  # its settings have to be in force
    opened = open_store(load_settings())
    yield opened
    opened.close()


@pytest.fixture
def sign_in(microsoft: FakeMicrosoft, store: Store) -> GraphSignIn:
    microsoft.app.redirect_uris.add(REDIRECT_URI)
    return make_sign_in(load_settings(), store.records)


@pytest.fixture
def bob(microsoft: FakeMicrosoft) -> Person:
    return microsoft.person("bob@example.org", "Bob Ray")


@pytest.fixture
def signed_in(sign_in: GraphSignIn, bob: Person) -> GraphPerson:
    return come_back(sign_in, bob)


@pytest.fixture
def graph(microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson) -> Iterator["WaitedGraph"]:
    with make_http() as http:
        waits: list[float] = []
        made = WaitedGraph(
            microsoft.graph_url, sign_in.of_person(signed_in.account, SCOPES), http=http, wait=waits.append
        )
        made.waits = waits
        yield made


class WaitedGraph(Graph):
    """A client that notes how long it would have waited."""

    waits: list[float]


def come_back(
    sign_in: GraphSignIn, person: Person, *, accepts: bool = True, scopes: tuple[str, ...] = SCOPES
) -> GraphPerson:
    """Sign somebody in, with the browser's last step done here instead of in a web process."""
    flow = sign_in.begin(scopes, REDIRECT_URI)
    return sign_in.finish(flow, person.answers(flow["auth_uri"], accepts=accepts))
