"""Links to sign in by: what they are for, and what does not work with them."""

import pytest

from core.drafts import JsonObject
from core.errors import InputError, NotFoundError, SettingsError
from core.settings import load_settings
from core.store import Store
from integrations.graph.invitations import SIGNED_IN_PATH, Invitations, Purpose
from integrations.graph.sign_in import SignedIn
from tests.fakes.microsoft import FakeMicrosoft, Person

PUBLIC_URL = "http://127.0.0.1:9"


@pytest.fixture
def invitations(microsoft: FakeMicrosoft, store: Store) -> Invitations:
    microsoft.app.redirect_uris.add(PUBLIC_URL + SIGNED_IN_PATH)
    return Invitations(load_settings().model_copy(update={"public_url": PUBLIC_URL}), store.records, "Ask again.")


def ticket_of(link: str) -> str:
    assert link.startswith(f"{PUBLIC_URL}/graph/sign-in?ticket=")
    return link.partition("=")[2]


def test_each_purpose_asks_for_its_own_and_hears_what_was_kept(invitations: Invitations, bob: Person) -> None:
    heard = []

    def connect(data: JsonObject, who: SignedIn) -> str:
        heard.append((data["what"], who.oid, who.account.partition("/")[0]))
        return "Done."

    purposes = {"drive": Purpose(("Files.Read",), connect, "kept/"), "mailbox": Purpose(("Mail.Read",), connect)}
    there = invitations.begin(ticket_of(invitations.invite({"what": "files"}, "drive")), purposes)
    assert invitations.finish(bob.answers(there), purposes) == "Done."
    assert heard == [("files", bob.oid, "kept")]
    assert bob.consented == {"Files.Read"}


def test_a_link_for_what_nobody_here_connects_is_no_link(invitations: Invitations) -> None:
    ticket = ticket_of(invitations.invite({}, "drive"))
    for unknown in (ticket, "unknown", ""):
        with pytest.raises(NotFoundError, match="used or has expired") as caught:
            invitations.begin(unknown, {})
        assert caught.value.fix == "Ask again."


def test_an_answer_that_nobody_asked_for_is_refused(invitations: Invitations) -> None:
    with pytest.raises(InputError, match="finished before"):
        invitations.finish({"state": "unknown", "code": "x"}, {})


def test_without_a_public_address_there_is_no_link(microsoft: FakeMicrosoft, store: Store) -> None:
    del microsoft
    with pytest.raises(SettingsError, match="come back"):
        Invitations(load_settings(), store.records).invite({})
