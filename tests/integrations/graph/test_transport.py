"""Which certificates are trusted."""

import pytest

from integrations.graph.client import Graph
from integrations.graph.errors import GraphOutage
from integrations.graph.sign_in import GraphPerson, GraphSignIn
from integrations.graph.transport import make_http
from tests.fakes.microsoft import FakeMicrosoft


def test_an_unknown_authority_of_certificates_is_not_talked_to(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in.of_person(signed_in.account, ("User.Read",))()
    monkeypatch.delenv("SSL_CERT_FILE")
    with make_http() as http, pytest.raises(GraphOutage):
        Graph(microsoft.graph_url, lambda renew=False: token, http=http, wait=lambda _seconds: None).get("/me")


def test_a_folder_or_file_of_authorities_is_taken_from_either_variable(
    microsoft: FakeMicrosoft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", microsoft.environment()["SSL_CERT_FILE"])
    monkeypatch.delenv("SSL_CERT_FILE")
    with make_http() as http:
        assert http.get(f"{microsoft.authority}/v2.0/.well-known/openid-configuration").status_code == 200
