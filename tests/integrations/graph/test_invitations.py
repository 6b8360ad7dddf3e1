"""Links to sign in at Microsoft by: what they are for, whose tokens are kept how, and what does not work with them."""

from collections.abc import Callable

import pytest

from core.connect_links import Begun, ConnectLinks, Owner, Purpose, Question
from core.drafts import JsonObject
from core.errors import ForbiddenError, InputError, NotFoundError, SettingsError
from core.settings import Settings, load_settings
from core.store import Store
from integrations.graph.invitations import SIGNED_IN_PATH, microsoft_links, microsoft_purpose
from integrations.graph.sign_in import GraphPerson, make_sign_in
from integrations.graph.tokens import KIND
from tests.fakes.microsoft import FakeMicrosoft, Person

PUBLIC_URL = "http://127.0.0.1:9"
ANN = Owner("local", "ann@example.org", "Ann")


@pytest.fixture
def settings(microsoft: FakeMicrosoft) -> Settings:
    microsoft.app.redirect_uris.add(PUBLIC_URL + SIGNED_IN_PATH)
    return load_settings().model_copy(update={"public_url": PUBLIC_URL})


@pytest.fixture
def offered(settings: Settings, store: Store) -> Callable[..., ConnectLinks]:
    """Return what makes links for one purpose, "drive"."""

    def make(connect: Callable[[JsonObject, GraphPerson], str], keep_as: str = "") -> ConnectLinks:
        asked = ("Files.Read",)
        purpose = microsoft_purpose(settings, store.records, "a drive", asked, connect, keep_as=keep_as)
        return microsoft_links(settings, store.records, {"drive": purpose}, "Ask again.")

    return make


def ticket_of(link: str) -> str:
    assert link.startswith(f"{PUBLIC_URL}/graph/sign-in?ticket=")
    return link.partition("=")[2]


def goes(links: ConnectLinks, begun: Begun, person: Person) -> str | Question:
    """Sign in, and come back as a form that another site posts."""
    return links.finish(links.lay_aside(person.answers(begun.auth_uri)), begun.browser)


def test_a_purpose_asks_for_its_own_and_hears_what_was_kept(offered: Callable[..., ConnectLinks], bob: Person) -> None:
    heard = []

    def connect(data: JsonObject, who: GraphPerson) -> str:
        heard.append((data["what"], who.oid, who.account.partition("/")[0]))
        return "Done."

    links = offered(connect, "kept/")
    begun = links.begin(ticket_of(links.invite(Owner("local", bob.address), {"what": "files"}, "drive")))
    assert goes(links, begun, bob) == "Done."
    assert heard == [("files", bob.oid, "kept")]
    assert bob.consented == {"Files.Read"}


def test_tokens_are_kept_by_what_was_connected_alone(
    offered: Callable[..., ConnectLinks], settings: Settings, store: Store, bob: Person
) -> None:
    seen: list[int] = []

    def refuse(_data: JsonObject, who: GraphPerson) -> str:
        seen.append(len(store.records.list(KIND)))
        make_sign_in(settings, store.records).of_person(who.account, ("Files.Read",))()
        raise ForbiddenError("It is not yours.", fix="None.")

    links = offered(refuse)
    link = links.invite(ANN, {}, "drive")
    begun = links.begin(ticket_of(link))
    asked = goes(links, begun, bob)
    assert isinstance(asked, Question)
    assert (asked.address, store.records.list(KIND)) == (bob.address, [])
    with pytest.raises(ForbiddenError, match="not yours"):
        links.answer(asked.key, begun.browser, is_meant=True)
    assert (seen, store.records.list(KIND)) == ([1], [])
    assert links.look(ticket_of(link)).owner == "Ann <ann@example.org>"


def test_a_link_for_what_nobody_here_connects_is_no_link(offered: Callable[..., ConnectLinks]) -> None:
    links = offered(lambda _data, _who: "")
    ticket = ticket_of(links.invite(ANN, {}, "mailbox"))
    for unknown in (ticket, "unknown", ""):
        with pytest.raises(NotFoundError, match="used or has expired") as caught:
            links.begin(unknown)
        assert caught.value.fix == "Ask again."


def test_an_answer_that_nobody_asked_for_is_refused(offered: Callable[..., ConnectLinks]) -> None:
    with pytest.raises(InputError, match="finished before"):
        offered(lambda _data, _who: "").lay_aside({"state": "unknown", "code": "x"})


@pytest.mark.parametrize("missing", ["public_url", "microsoft_client_id"])
def test_where_nobody_could_come_back_there_is_no_link(settings: Settings, store: Store, missing: str) -> None:
    without = settings.model_copy(update={missing: ""})
    purposes = {"drive": Purpose("a drive", (), lambda _data, _who: "")}
    with pytest.raises(SettingsError) as caught:
        microsoft_links(without, store.records, purposes).invite(ANN, {}, "drive")
    assert f"INLAID_{missing.upper()}" in caught.value.fix
