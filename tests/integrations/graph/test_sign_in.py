"""Signing in through msal at an authority that checks everything."""

import json
import threading
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from core.errors import CredentialError, InlaidError, InputError, OutageError, SettingsError
from core.settings import Settings, load_settings
from core.store import Store
from integrations.graph.client import Graph
from integrations.graph.errors import ConsentError
from integrations.graph.sign_in import GraphPerson, GraphSignIn, authority_of, check_microsoft, make_sign_in
from integrations.graph.tokens import KIND, WORKSPACE
from tests.fakes.microsoft import AnswerLost, FakeMicrosoft, Garbled, Person, Refused, Reset
from tests.integrations.graph.conftest import REDIRECT_URI, SCOPES

TOKEN_ROUTE = "POST */oauth2/v2.0/token"


def me(microsoft: FakeMicrosoft, token: Callable[[bool], str]) -> str:
    return str(Graph(microsoft.graph_url, lambda renew=False: token(renew)).get("/me")["mail"])


def test_a_person_signs_in_and_their_token_opens_graph(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson, bob: Person
) -> None:
    assert (signed_in.oid, signed_in.tenant, signed_in.name) == (bob.oid, microsoft.tenant, "Bob Ray")
    assert me(microsoft, sign_in.of_person(signed_in.account, SCOPES)) == "bob@example.org"
    assert microsoft.ledger.refusals == []


def test_no_code_is_taken_without_the_verifier_that_belongs_to_it(sign_in: GraphSignIn, bob: Person) -> None:
    flow = sign_in.begin(SCOPES, REDIRECT_URI)
    other = sign_in.begin(SCOPES, REDIRECT_URI)
    form = bob.answers(flow["auth_uri"])
    with pytest.raises(CredentialError, match="501481"):
        sign_in.finish({**flow, "code_verifier": other["code_verifier"]}, form)


def test_an_answer_with_another_state_is_refused(sign_in: GraphSignIn, bob: Person) -> None:
    flow = sign_in.begin(SCOPES, REDIRECT_URI)
    form = bob.answers(flow["auth_uri"])
    with pytest.raises(InputError):
        sign_in.finish(flow, {**form, "state": "forged"})


def test_a_code_is_good_once(sign_in: GraphSignIn, bob: Person) -> None:
    flow = sign_in.begin(SCOPES, REDIRECT_URI)
    form = bob.answers(flow["auth_uri"])
    sign_in.finish(flow, form)
    with pytest.raises(CredentialError, match="already used"):
        make_sign_in_again(sign_in).finish(flow, form)


def make_sign_in_again(sign_in: GraphSignIn) -> GraphSignIn:
    """Return the sign-in of another process, which remembers nothing."""
    sign_in._http_cache.clear()
    return sign_in


def test_the_app_has_only_what_an_administrator_granted(microsoft: FakeMicrosoft, sign_in: GraphSignIn) -> None:
    microsoft.app.application.add("Mail.ReadWrite")
    token = sign_in.of_app()
    assert jwt.decode(token(), options={"verify_signature": False})["roles"] == ["Mail.ReadWrite"]
    assert token() == token()
    assert token(True)
    assert microsoft.entra.tokens.issued == 2


def test_a_caller_of_our_api_is_served_on_their_behalf(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, bob: Person
) -> None:
    bob.consented.add("Files.ReadWrite")
    source = sign_in.on_behalf_of(microsoft.entra.tokens.for_api(bob), ["Files.ReadWrite"])
    token = source()
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["oid"], claims["scp"]) == (bob.oid, "Files.ReadWrite")
    assert source() == token
    assert microsoft.entra.tokens.issued == 1


def test_on_behalf_of_somebody_without_consent_asks_for_it(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, bob: Person
) -> None:
    with pytest.raises(ConsentError, match="65001"):
        sign_in.on_behalf_of(microsoft.entra.tokens.for_api(bob), ["Files.ReadWrite"])()


@pytest.mark.parametrize("change", [{"aud": "another-api"}, {"exp": 1}], ids=["of another api", "expired"])
def test_an_assertion_that_is_not_for_us_gets_nothing(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, bob: Person, change: dict[str, Any]
) -> None:
    bob.consented.add("Files.ReadWrite")
    with pytest.raises(CredentialError):
        sign_in.on_behalf_of(microsoft.entra.tokens.for_api(bob, **change), ["Files.ReadWrite"])()


@pytest.mark.parametrize("fault", [Reset(), AnswerLost(), Garbled(), Refused(503), Refused(500)], ids=repr)
def test_an_authority_that_is_down_is_an_outage_and_a_later_try_works(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, fault: Reset
) -> None:
    microsoft.app.application.add("Mail.ReadWrite")
    microsoft.faults.add(TOKEN_ROUTE, fault)
    with pytest.raises(OutageError):
        sign_in.of_app()()
    assert make_sign_in_again(sign_in).of_app()()


def test_what_is_not_set_up_is_named(store: Store) -> None:
    with pytest.raises(SettingsError) as caught:
        make_sign_in(Settings(microsoft_client_id=""), store.records)
    assert "INLAID_MICROSOFT_CLIENT_ID" in caught.value.fix


def test_the_usual_authority_is_microsofts() -> None:
    assert authority_of(Settings(microsoft_tenant_id="t", microsoft_authority="")).endswith(".com/t")
    assert authority_of(Settings(microsoft_tenant_id="", microsoft_authority="")).endswith(".com/organizations")


def test_it_asks_the_authority_each_time_with_the_secret(microsoft: FakeMicrosoft, store: Store) -> None:
    assert "takes the secret" in check_microsoft(load_settings(), store.records)
    microsoft.app.secret = "another"
    with pytest.raises(SettingsError, match="secret"):
        check_microsoft(load_settings(), store.records)


def test_for_people_of_any_organisation_the_authority_is_asked_alone(microsoft: FakeMicrosoft, store: Store) -> None:
    settings = load_settings().model_copy(update={"microsoft_authority": f"{microsoft.url}/organizations"})
    assert "when somebody signs in" in check_microsoft(settings, store.records)
    assert not microsoft.ledger.find("POST *")


def test_an_authority_that_is_down_is_an_outage(microsoft: FakeMicrosoft, store: Store) -> None:
    microsoft.faults.add("GET *", Reset(), times=9)
    with pytest.raises(OutageError):
        check_microsoft(load_settings(), store.records)


def test_without_an_app_the_way_there_is_shown(store: Store) -> None:
    assert "deploy/entra" in check_microsoft(
        Settings(microsoft_client_id="", microsoft_client_secret=""),
        store.records,
    )


def test_half_an_app_names_what_is_missing(store: Store) -> None:
    settings = load_settings().model_copy(update={"microsoft_client_id": ""})
    with pytest.raises(SettingsError) as caught:
        check_microsoft(settings, store.records)
    assert "INLAID_MICROSOFT_CLIENT_ID" in caught.value.fix


def test_tokens_are_stored_sealed(signed_in: GraphPerson, store: Store) -> None:
    (record,) = store.records.list(KIND, workspace=WORKSPACE)
    secret = next(iter(json.loads(record.data)["AccessToken"].values()))["secret"]
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT data FROM record").fetchall()
    assert secret
    assert all(secret.encode() not in bytes(row[0]) for row in rows)
    assert signed_in.account not in record.key


def test_an_expired_token_is_renewed_and_the_new_refresh_token_kept(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson, store: Store
) -> None:
    token = sign_in.of_person(signed_in.account, SCOPES)
    seen = {token(True) for _ in range(3)}
    assert len(seen) == 3
    again = make_sign_in(load_settings(), store.records).of_person(signed_in.account, SCOPES)
    assert again() in seen
    assert microsoft.entra.tokens.issued == 4


def test_many_threads_with_an_expired_token_lose_no_refresh_token(
    microsoft: FakeMicrosoft, sign_in: GraphSignIn, signed_in: GraphPerson
) -> None:
    """The old refresh token is refused after its use, so two that refresh at once would end the sign-in."""
    token = sign_in.of_person(signed_in.account, SCOPES)
    errors: list[InlaidError] = []

    def renew() -> None:
        try:
            token(True)
        except InlaidError as error:
            errors.append(error)

    threads = [threading.Thread(target=renew) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert microsoft.ledger.refusals == []
