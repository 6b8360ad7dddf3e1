"""Signing in at a real OpenID Connect provider, and at one that lies."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from core.errors import CredentialError, InlaidError, InputError, OutageError, SettingsError
from core.settings import load_settings
from integrations.openid.sign_in import OpenIdAccount, OpenIdSignIn, check_openid, require_https
from tests.servers.openid import CLIENT_ID as CLIENT
from tests.servers.openid import CLIENT_SECRET as SECRET
from tests.servers.openid import Answer, OpenIdProvider, openid_provider

BACK = "https://inlaid.example.com/console/signed-in/openid"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as running:
        yield running


def signing(provider: OpenIdProvider, **options: Any) -> OpenIdSignIn:
    return OpenIdSignIn(provider.issuer, CLIENT, SECRET, **options)


def query(address: str) -> dict[str, str]:
    assert address.startswith(BACK)
    return dict(parse_qsl(urlsplit(address).query))


def signed_in(provider: OpenIdProvider, sign_in: OpenIdSignIn, subject: str = "ann") -> OpenIdAccount:
    flow = sign_in.begin(BACK)
    return sign_in.finish(flow, query(provider.consent(flow["auth_uri"], subject)))


def test_somebody_signs_in_with_name_verified_address_and_groups(provider: OpenIdProvider) -> None:
    provider.set_person("ann", email="Ann@Example.com", email_verified=True, name="Ann Lee", groups=["sales", "leads"])
    found = signed_in(provider, signing(provider))
    assert found.refresh_token
    assert replace(found, refresh_token="") == OpenIdAccount(
        provider.issuer, "ann", "Ann Lee", "ann@example.com", frozenset({"sales", "leads"})
    )


def test_an_address_that_nobody_verified_is_none(provider: OpenIdProvider) -> None:
    provider.set_person("ann", email="boss@example.com", name="Ann")
    assert signed_in(provider, signing(provider)).address == ""


def test_the_browser_is_sent_with_a_challenge_a_nonce_and_a_state_of_its_own(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    flows = [sign_in.begin(BACK) for _ in range(2)]
    sent = [dict(parse_qsl(urlsplit(flow["auth_uri"]).query)) for flow in flows]
    assert sent[0]["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert sent[0][name] != sent[1][name]
    assert SECRET not in flows[0]["auth_uri"]
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_to_another_flow_or_of_another_issuer_is_refused(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    flow, other = sign_in.begin(BACK), sign_in.begin(BACK)
    answer = query(provider.consent(flow["auth_uri"], "ann"))
    for wrong in (
        answer | {"state": other["state"]},
        answer | {"iss": "https://elsewhere.example"},
        {"state": flow["state"]},
    ):
        with pytest.raises(InputError):
            sign_in.finish(flow, wrong)


def test_a_code_is_taken_once_and_only_with_its_verifier(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    flow = sign_in.begin(BACK)
    answer = query(provider.consent(flow["auth_uri"], "ann"))
    sign_in.finish(flow, answer)
    with pytest.raises(CredentialError, match="used already"):
        sign_in.finish(flow, answer)


def test_who_refuses_is_told_so(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    flow = sign_in.begin(BACK)
    with pytest.raises(CredentialError, match="refused"):
        sign_in.finish(flow, query(provider.deny(flow["auth_uri"])))


def _claims(provider: OpenIdProvider, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": provider.issuer, "sub": "ann", "aud": CLIENT, "iat": now, "exp": now + 600, **changed}


FOREIGN_KEY = RSAKey.generate_key(2048, {"kid": "foreign"})


@pytest.mark.parametrize(
    "token",
    [
        lambda claims: jwt.encode({"alg": "RS256", "kid": "foreign"}, claims, FOREIGN_KEY),
        lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET)),
        lambda claims: "e30.e30.",
        lambda claims: "no token",
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    provider: OpenIdProvider, token: Callable[[dict[str, Any]], str]
) -> None:
    sign_in = signing(provider)
    provider.bend = lambda answer: answer | {"id_token": token(_claims(provider))}
    with pytest.raises(CredentialError, match="is not valid"):
        signed_in(provider, sign_in)


def test_a_token_of_another_sign_in_is_refused(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    tokens: list[str] = []

    def keep(answer: Answer) -> Answer:
        tokens.append(answer["id_token"])
        return answer | {"id_token": tokens[0]}

    provider.bend = keep
    signed_in(provider, sign_in)
    with pytest.raises(CredentialError, match="is not valid"):
        signed_in(provider, sign_in)  # the nonce is that of the first
    assert len(tokens) == 2


@pytest.mark.parametrize(("ahead_seconds", "is_taken"), [(100, True), (-100, True), (9_000, False)])
def test_clocks_may_be_two_minutes_apart(provider: OpenIdProvider, ahead_seconds: int, is_taken: bool) -> None:
    sign_in = signing(provider, clock=lambda: time.time() + ahead_seconds)
    if is_taken:
        assert signed_in(provider, sign_in).subject == "ann"
        return
    with pytest.raises(CredentialError):
        signed_in(provider, sign_in)


def test_renewing_brings_the_groups_of_now_and_ends_with_the_account(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    provider.set_person("ann", groups=["sales"])
    known = signed_in(provider, sign_in)
    provider.set_person("ann", groups=["leads"])
    renewed = sign_in.renew(known)
    assert renewed.groups == {"leads"}
    provider.end_account("ann")
    with pytest.raises(CredentialError):
        sign_in.renew(renewed)
    with pytest.raises(CredentialError):
        sign_in.renew(replace(known, refresh_token=""))


def test_somebody_else_s_renewal_is_refused(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    ann, bob = signed_in(provider, sign_in), signed_in(provider, sign_in, "bob")
    with pytest.raises(CredentialError):
        sign_in.renew(replace(ann, refresh_token=bob.refresh_token))


def test_an_outage_is_no_refusal(provider: OpenIdProvider) -> None:
    sign_in = signing(provider)
    known = signed_in(provider, sign_in)
    provider.is_down = True
    for call in (lambda: sign_in.renew(known), lambda: signing(provider).begin(BACK)):
        with pytest.raises(OutageError):
            call()


def test_an_issuer_that_calls_itself_otherwise_is_named(provider: OpenIdProvider) -> None:
    other = OpenIdSignIn(provider.issuer.replace("127.0.0.1", "localhost") + "/", CLIENT, SECRET)
    with pytest.raises(SettingsError) as raised:
        other.begin(BACK)
    assert "INLAID_OPENID_ISSUER" in raised.value.fix


def test_addresses_without_tls_are_for_this_machine_alone() -> None:
    require_https("https://login.example.com")
    require_https("http://127.0.0.1:9000/x")
    for wrong in ("http://login.example.com", "ftp://x", ""):
        with pytest.raises(SettingsError):
            require_https(wrong)


def test_doctor_names_what_is_missing_and_what_the_provider_has_to_know(provider: OpenIdProvider) -> None:
    settings = load_settings()
    assert "Not set up" in check_openid(settings)
    known = settings.model_copy(update={"openid_issuer": provider.issuer, "openid_client_id": CLIENT})
    with pytest.raises(SettingsError) as raised:
        check_openid(known)
    assert "INLAID_PUBLIC_URL" in raised.value.fix
    public = known.model_copy(update={"public_url": "https://inlaid.example.com"})
    assert BACK in check_openid(public)
    provider.is_down = True
    with pytest.raises(OutageError):
        check_openid(public)


def test_every_error_says_what_to_do(provider: OpenIdProvider) -> None:
    with pytest.raises(InlaidError) as raised:
        signing(provider).finish({"state": "s", "redirect_uri": BACK}, {"error": "server_error"})
    assert raised.value.fix
