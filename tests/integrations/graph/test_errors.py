"""What Graph answers instead of a result, as our errors."""

from collections.abc import Callable

import pytest

from core.errors import (
    CredentialError,
    ForbiddenError,
    InlaidError,
    InputError,
    LimitError,
    NotFoundError,
    SettingsError,
)
from core.settings import load_settings
from core.store import Store
from integrations.graph.errors import ChangedError, ConsentError, GraphOutage, LockedError, ResyncError
from integrations.graph.sign_in import GraphPerson, GraphSignIn, make_sign_in
from tests.fakes.microsoft import FakeMicrosoft, Garbled, Person, Refused, Reset
from tests.integrations.graph.conftest import SCOPES, WaitedGraph, come_back


@pytest.mark.parametrize(
    "fault", [Refused(429, retry_after_seconds=1), Refused(503), Refused(504), Reset(), Garbled()], ids=repr
)
def test_what_lasts_is_an_outage_that_a_later_try_can_help(
    microsoft: FakeMicrosoft, graph: WaitedGraph, fault: Reset
) -> None:
    microsoft.faults.add("GET *", fault, times=99)
    with pytest.raises(GraphOutage) as caught:
        graph.get("/me")
    assert caught.value.retryable
    assert len(microsoft.ledger.find("GET /v1.0/me")) <= 4


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Refused(400, "invalidRequest"), InputError),
        (Refused(403, "ErrorAccessDenied"), ForbiddenError),
        (Refused(404, "ErrorItemNotFound"), NotFoundError),
        (Refused(409, "resourceModified"), ChangedError),
        (Refused(412, "ErrorIrresolvableConflict"), ChangedError),
        (Refused(412, "notAllowed", "entityTagDoesNotMatch"), ChangedError),
        (Refused(410, "syncStateNotFound"), ResyncError),
        (Refused(400, "syncStateNotFound"), ResyncError),
        (Refused(423, "notAllowed", "resourceLocked"), LockedError),
        (Refused(507, "quotaLimitReached"), LimitError),
        (Refused(403, "ErrorQuotaExceeded"), LimitError),
        (Refused(413, "requestTooLarge"), LimitError),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_refusals_are_told_apart_by_their_codes(
    microsoft: FakeMicrosoft, graph: WaitedGraph, fault: Refused, kind: type[InlaidError]
) -> None:
    microsoft.faults.add("GET *", fault)
    with pytest.raises(kind, match="request-id") as caught:
        graph.get("/me")
    assert not caught.value.retryable


def test_declined_consent_is_said_so(sign_in: GraphSignIn, bob: Person) -> None:
    with pytest.raises(ConsentError, match="declined"):
        come_back(sign_in, bob, accepts=False)


@pytest.mark.parametrize(
    ("happens", "said", "kind"),
    [
        (Person.withdraws_consent, "withdrawn", ConsentError),
        (Person.changes_password, "password", CredentialError),
        (Person.must_prove_more, "confirm", ConsentError),
    ],
)
def test_what_ends_a_sign_in_is_named_with_what_to_do(
    sign_in: GraphSignIn,
    signed_in: GraphPerson,
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


def test_what_conditional_access_demands_is_handed_on(
    sign_in: GraphSignIn, signed_in: GraphPerson, bob: Person
) -> None:
    bob.must_prove_more('{"access_token":{"acrs":{"value":"c7"}}}')
    with pytest.raises(ConsentError) as caught:
        sign_in.of_person(signed_in.account, SCOPES)(True)
    assert "c7" in caught.value.claims


def test_a_wrong_secret_is_the_administrators_to_put_right(microsoft: FakeMicrosoft, sign_in: GraphSignIn) -> None:
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
