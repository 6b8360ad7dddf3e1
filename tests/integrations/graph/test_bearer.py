"""Tokens for our API, issued by the fake authority: what gets in, and what each forgery meets."""

import time
import uuid
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from core.errors import CredentialError, ForbiddenError, InlaidError, OutageError
from core.settings import load_settings
from integrations.graph.bearer import MIN_SECONDS_BETWEEN_LOOKS, EntraTokens, entra_tokens, looks_like_jwt
from integrations.graph.transport import make_http
from tests.fakes.microsoft import FakeMicrosoft, Person, Refused


class Minutes:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def minutes() -> Minutes:
    return Minutes()


@pytest.fixture
def tokens(microsoft: FakeMicrosoft, minutes: Minutes) -> EntraTokens:
    return EntraTokens(
        microsoft.authority,
        microsoft.app.client_id,
        [microsoft.tenant],
        audience_host="inlaid.example",
        clock=minutes,
    )


def test_a_person_is_known_by_tenant_and_object_id(microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person) -> None:
    token = microsoft.entra.tokens.for_api(bob)

    caller = tokens.caller(token)

    assert (caller.tenant, caller.oid) == (microsoft.tenant, bob.oid)
    assert (caller.name, caller.address) == ("Bob Ray", "bob@example.org")
    assert token not in repr(caller)


def test_groups_are_those_that_the_token_lists_if_it_lists_any(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person
) -> None:
    assert tokens.caller(microsoft.entra.tokens.for_api(bob)).groups is None
    listed = microsoft.entra.tokens.for_api(bob, groups=["g1"], roles=["Author"])
    assert tokens.caller(listed).groups == frozenset({"g1", "Author"})


@pytest.mark.parametrize("audience", ["api://{id}", "api://inlaid.example/{id}"])
def test_the_app_id_uri_is_an_audience_too(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person, audience: str
) -> None:
    token = microsoft.entra.tokens.for_api(bob, aud=audience.format(id=microsoft.app.client_id))

    assert tokens.caller(token).oid == bob.oid


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": str(uuid.uuid4())}, CredentialError),
        ({"aud": "https://graph.microsoft.com"}, CredentialError),
        ({"iss": "https://evil.example/v2.0"}, CredentialError),
        ({"exp": int(time.time()) - 120}, CredentialError),
        ({"nbf": int(time.time()) + 3600}, CredentialError),
        ({"oid": "bob"}, CredentialError),
        ({"scp": "profile"}, ForbiddenError),
        ({"scp": "not_access_as_user"}, ForbiddenError),
    ],
)
def test_a_signed_token_that_is_not_for_us_is_refused(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person, changes: dict[str, Any], refusal: type[InlaidError]
) -> None:
    with pytest.raises(refusal) as raised:
        tokens.caller(microsoft.entra.tokens.for_api(bob, **changes))
    assert raised.value.fix


def test_an_expired_sign_in_says_so(microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person) -> None:
    with pytest.raises(CredentialError, match="expired"):
        tokens.caller(microsoft.entra.tokens.for_api(bob, exp=int(time.time()) - 3600))


def test_another_organisation_does_not_come_in(microsoft: FakeMicrosoft, bob: Person) -> None:
    others = EntraTokens(microsoft.authority, microsoft.app.client_id, [str(uuid.uuid4())])

    with pytest.raises(ForbiddenError, match="organisation"):
        others.caller(microsoft.entra.tokens.for_api(bob))


def test_a_tenant_claim_that_the_issuer_does_not_bear_out_is_refused(microsoft: FakeMicrosoft, bob: Person) -> None:
    chosen = str(uuid.uuid4())
    tokens = EntraTokens(microsoft.authority, microsoft.app.client_id, [chosen])
    tokens_issuer = f"{microsoft.url}/{chosen}/v2.0"

    with pytest.raises(CredentialError):
        tokens.caller(microsoft.entra.tokens.for_api(bob, tid=chosen, iss=tokens_issuer))


def test_forged_signatures_are_refused(microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person) -> None:
    good = microsoft.entra.tokens.for_api(bob)
    claims = jwt.decode(good, options={"verify_signature": False})
    name = jwt.get_unverified_header(good)["kid"]
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = microsoft.keys.published()["keys"][0]["n"]
    forged = [
        jwt.encode(claims, stranger, "RS256", headers={"kid": name}),
        jwt.encode(claims, "", "none", headers={"kid": name}),
        jwt.encode(claims, public, "HS256", headers={"kid": name}),
        good[:-4] + "AAAA",
        "ey.not.one",
        "",
        "\x00",
    ]
    for token in forged:
        with pytest.raises(CredentialError):
            tokens.caller(token)


def test_a_new_key_is_found_and_an_old_one_ends(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person, minutes: Minutes
) -> None:
    old = microsoft.entra.tokens.for_api(bob)
    tokens.caller(old)
    microsoft.keys.rotate(forget_old=True)
    minutes.seconds += MIN_SECONDS_BETWEEN_LOOKS + 1

    assert tokens.caller(microsoft.entra.tokens.for_api(bob)).oid == bob.oid
    with pytest.raises(CredentialError):
        tokens.caller(old)


def test_strangers_cannot_make_us_look_for_keys_all_the_time(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person
) -> None:
    tokens.caller(microsoft.entra.tokens.for_api(bob))
    before = len(microsoft.ledger.requests)
    microsoft.keys.rotate()

    for _ in range(5):
        with pytest.raises(CredentialError):
            tokens.caller(microsoft.entra.tokens.for_api(bob))

    assert len(microsoft.ledger.requests) == before


def test_an_outage_of_the_authority_is_no_wrong_token(
    microsoft: FakeMicrosoft, tokens: EntraTokens, bob: Person
) -> None:
    microsoft.faults.add("GET *openid-configuration", Refused(503))

    with pytest.raises(OutageError):
        tokens.caller(microsoft.entra.tokens.for_api(bob))
    assert tokens.caller(microsoft.entra.tokens.for_api(bob)).oid == bob.oid


def test_nobody_comes_in_before_an_organisation_is_set(microsoft: FakeMicrosoft, bob: Person) -> None:
    settings = load_settings()

    assert entra_tokens(settings.model_copy(update={"microsoft_tenant_id": ""})) is None
    assert entra_tokens(settings.model_copy(update={"microsoft_client_id": ""})) is None
    with make_http() as http:
        allowed = entra_tokens(settings, http=http)
        assert allowed
        assert allowed.caller(microsoft.entra.tokens.for_api(bob)).oid == bob.oid


def test_our_own_tokens_do_not_look_like_signed_ones() -> None:
    assert looks_like_jwt("eyJh.eyJi.c2ln")
    assert not looks_like_jwt("local.123.abc")
    assert not looks_like_jwt("secret")
