"""What the authority answers instead of a token, as our errors."""

from collections.abc import Callable

import pytest

from core.errors import CredentialError, SettingsError
from core.settings import load_settings
from core.store import Store
from integrations.graph.sign_in import SignedIn, SignIn, make_sign_in
from integrations.graph.sign_in_errors import ConsentError
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.integrations.graph.conftest import SCOPES, come_back


def test_declined_consent_is_said_so(sign_in: SignIn, bob: Person) -> None:
    with pytest.raises(ConsentError, match="declined"):
        come_back(sign_in, bob, accepts=False)


@pytest.mark.parametrize(
    ("happens", "said", "kind"),
    [
        (Person.withdraws_consent, "withdrawn", ConsentError),
        (Person.changes_password, "password", CredentialError),
        (Person.must_prove_more, "proof", ConsentError),
    ],
)
def test_what_ends_a_sign_in_is_named_with_what_to_do(
    sign_in: SignIn,
    signed_in: SignedIn,
    bob: Person,
    happens: Callable[[Person], None],
    said: str,
    kind: type[CredentialError],
) -> None:
    happens(bob)
    with pytest.raises(kind, match=said) as caught:
        sign_in.of_person(signed_in.account, SCOPES)(True)
    assert "Connect Microsoft 365 again" in caught.value.fix
    assert not caught.value.retryable


def test_what_conditional_access_demands_is_handed_on(sign_in: SignIn, signed_in: SignedIn, bob: Person) -> None:
    bob.must_prove_more('{"access_token":{"acrs":{"value":"c7"}}}')
    with pytest.raises(ConsentError) as caught:
        sign_in.of_person(signed_in.account, SCOPES)(True)
    assert "c7" in caught.value.claims


def test_a_wrong_secret_is_the_administrators_to_put_right(microsoft: FakeMicrosoft, sign_in: SignIn) -> None:
    microsoft.app.secret = "another"
    with pytest.raises(SettingsError, match="secret") as caught:
        sign_in.of_app()()
    assert "INLAID_MICROSOFT_CLIENT_SECRET" in caught.value.fix


def test_an_authority_that_is_none_is_named(
    microsoft: FakeMicrosoft, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INLAID_MICROSOFT_AUTHORITY", f"{microsoft.url}/no-such-tenant")
    with pytest.raises(SettingsError, match="authority"):
        make_sign_in(load_settings(), store.records).of_app()()
