"""What those who get a mail may not read of what it rests on is told to its sender, and what is open to all is not."""

from dataclasses import replace

import pytest

from core.drafts import RECIPIENTS_CHECK, Draft, DraftSource, Finding, JsonObject
from core.people import People
from core.sources.items import ItemWrite
from core.sources.model import (
    EVERYBODY,
    AccessList,
    ItemChange,
    Passage,
    Source,
    address_principal,
    person_principal,
    workspace_principal,
)
from core.sources.recipients import GOES_TO, MAX_LOOKED_UP, Recipient, RecipientRights, without_recipients
from core.store import Store
from core.store.people.rows import Identity, SignInRow
from core.store.people.store import SignInStore
from core.system.connections import Egress
from tests.core.sources.making import add_source, fill, item_store, make_sources, source_store, written

ANN = ("local", "ann")
MIA = Recipient("mia@house.example", "Mia Brandt", is_inside=True)
BOB = Recipient("bob@house.example", "Bob Ray", is_inside=True)
KIM = Recipient("kim@customer.example", "Kim Park")
LISTS = (
    AccessList("all", frozenset({EVERYBODY})),
    AccessList("few", frozenset({person_principal("local", "ann"), address_principal("bob@house.example")})),
)
TEXT = "Everybody has 28 days."


class Desk:
    """A handbook for everybody, a plan for Ann and Bob; pages of the web are added by `reads_page`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.rights = RecipientRights(make_sources(store))
        self.places: dict[str, str] = {}
        self._add(store, add_source(store), written("handbook", TEXT))
        self._add(store, add_source(store), written("plan", TEXT, access="few"))

    def reads_page(self, url: str, *readers: str) -> None:
        options: JsonObject = {"url": url, **({"readers": [*readers]} if readers else {})}
        source = source_store(self.store).add(Source("", "local", "ann", "web", "Site", options))
        self._add(self.store, source, ItemWrite(ItemChange(url, "1", "all", url, url), [Passage(TEXT)], url))

    def allows(self, *hosts: str) -> None:
        self.rights = RecipientRights(replace(make_sources(self.store), egress=Egress(hosts)))

    def _add(self, store: Store, source: Source, item: ItemWrite) -> None:
        key = item.change.key
        fill(store, source, [item], LISTS)
        self.places[key] = f"{item_store(store).known(source, [key])[key].id}/0"

    def draft(self, *keys: str) -> Draft:
        named = (DraftSource(number=1, title=key.title(), quote=TEXT, place=self.places.get(key, "")) for key in keys)
        return Draft(recipe="reply", text=TEXT, sources=tuple(named))

    def said(self, draft: Draft, *people: Recipient) -> list[str]:
        return [finding.sentence for finding in self.rights.findings(ANN, people, draft)]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_who_may_not_read_a_source_is_named_to_the_sender(desk: Desk) -> None:
    assert desk.said(desk.draft("handbook"), KIM) == ["Rests on “Handbook”, which kim@customer.example may not read."]
    assert desk.said(desk.draft("plan"), MIA, BOB) == ["Rests on “Plan”, which Mia Brandt may not read."]
    (finding,) = desk.rights.findings(ANN, [KIM], desk.draft("handbook"))
    assert (finding.check, finding.severity, finding.place) == (RECIPIENTS_CHECK, "warn", "")


def test_what_everybody_of_the_house_may_read_needs_no_remark_within_the_house(desk: Desk) -> None:
    assert desk.said(desk.draft("handbook"), MIA, BOB) == []
    assert desk.said(desk.draft("plan"), BOB) == []


PAGE = "https://www.shop.example/prices"


@pytest.mark.parametrize("principal", [EVERYBODY, workspace_principal("local")])
def test_a_public_web_page_is_open_to_all_and_what_came_with_the_mail_is_the_senders_own(
    desk: Desk, principal: str
) -> None:
    desk.reads_page(PAGE, principal)
    assert desk.said(desk.draft(PAGE, "a file of the mail"), KIM) == []


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://wiki.intranet/travel", ["wiki.intranet"]),
        ("http://WIKI.intranet./travel", ["wiki.intranet"]),
        # Where a name leads is not asked while a mail is written.
        ("http://wiki.intranet/travel", ["10.0.0.0/8"]),
        ("http://10.1.2.3/travel", ["10.1.2.3"]),
    ],
)
def test_a_page_of_the_own_network_is_not_open_to_all(desk: Desk, url: str, allowed: list[str]) -> None:
    desk.allows(*allowed)
    desk.reads_page(url, EVERYBODY)
    assert [url.title() in said for said in desk.said(desk.draft(url), KIM)] == [True]


def test_other_pages_stay_public_beside_hosts_of_the_own_network(desk: Desk) -> None:
    desk.allows("wiki.intranet")
    desk.reads_page(PAGE, EVERYBODY)
    assert desk.said(desk.draft(PAGE), KIM) == []


@pytest.mark.parametrize("readers", [(), (person_principal("local", "ann"),)])
def test_a_page_that_is_not_for_everybody_here_is_not_open_to_all(desk: Desk, readers: tuple[str, ...]) -> None:
    desk.reads_page(PAGE, *readers)
    assert len(desk.said(desk.draft(PAGE), KIM)) == 1


def test_whoever_is_from_outside_is_named_by_the_address_since_they_chose_the_name(desk: Desk) -> None:
    forged = Recipient("x@evil.example", "Ann Lee")
    assert desk.said(desk.draft("handbook"), forged) == ["Rests on “Handbook”, which x@evil.example may not read."]
    long = Recipient("y" * 300 + "@x.example")
    assert desk.said(desk.draft("handbook"), long) == [f"Rests on “Handbook”, which {'y' * 80}… may not read."]
    unnamed = Recipient("zoe@house.example", "z" * 300, is_inside=True)
    assert desk.said(desk.draft("plan"), unnamed) == [f"Rests on “Plan”, which {'z' * 80}… may not read."]


def test_of_many_recipients_the_first_are_looked_up_and_the_rest_count_as_strangers(desk: Desk) -> None:
    asked: list[str] = []

    class Counting(SignInStore):
        def find(self, name: Identity) -> SignInRow | None:
            asked.append(name.person)
            return super().find(name)

    records = desk.store.records
    people = People(records, Counting(records.database, records.cipher))
    desk.rights = RecipientRights(replace(make_sources(desk.store), people=people))
    strangers = [Recipient(f"{number}@x.example") for number in range(MAX_LOOKED_UP + 9)]
    (said,) = desk.said(desk.draft("handbook"), *strangers)
    assert said.endswith(f" and {MAX_LOOKED_UP + 6} more may not read.")
    assert len({*asked} & {stranger.address for stranger in strangers}) == MAX_LOOKED_UP


def test_sources_that_the_same_people_may_not_read_are_one_remark(desk: Desk) -> None:
    assert desk.said(desk.draft("handbook", "plan", "handbook"), KIM, MIA) == [
        "Rests on “Handbook”, which kim@customer.example may not read.",
        "Rests on “Plan”, which kim@customer.example, Mia Brandt may not read.",
    ]
    strangers = [Recipient(f"{number}@x.example") for number in range(5)]
    assert desk.said(desk.draft("handbook", "plan"), *strangers) == [
        "Rests on “Handbook”, “Plan”, which 0@x.example, 1@x.example, 2@x.example and 2 more may not read."
    ]


def test_what_is_not_there_any_more_counts_as_closed(desk: Desk) -> None:
    desk.places["handbook"] = "987654/0"
    assert desk.said(desk.draft("handbook"), MIA) == ["Rests on “Handbook”, which Mia Brandt may not read."]


def test_a_later_version_keeps_the_remark_where_nobody_says_who_gets_it(desk: Desk) -> None:
    draft = desk.rights.remarked(desk.draft("handbook"), ANN, [KIM])
    assert [finding.check for finding in draft.findings] == [RECIPIENTS_CHECK]
    later = desk.rights.remarked(desk.draft("handbook"), ANN, [], draft)
    assert later.findings == draft.findings
    assert desk.rights.remarked(desk.draft("handbook"), ANN, [MIA], draft).findings == ()
    assert desk.rights.remarked(desk.draft("gone"), ANN, [], draft).findings == ()
    other = Finding(check="facts", severity="warn", sentence="x")
    assert desk.rights.remarked(desk.draft("handbook").model_copy(update={"findings": (other,)}), ANN, []).findings == (
        other,
    )


def test_where_nobody_says_who_gets_a_mail_it_is_told_who_may_read_its_sources(desk: Desk) -> None:
    desk.reads_page(PAGE, EVERYBODY)
    draft = desk.draft("handbook", "plan", PAGE, "a file of the mail")
    told = desk.rights.remarked(draft, ANN, [], is_mail=True).findings
    assert [finding.sentence for finding in told] == [
        "Rests on “Plan”, which not everybody of your organisation may read. See who gets it.",
        "Rests on “Handbook”, which only your organisation may read. See who gets it.",
    ]
    assert {finding.check for finding in told} == {RECIPIENTS_CHECK}
    assert desk.rights.remarked(draft, ANN, []).findings == ()
    assert desk.rights.remarked(desk.draft(PAGE), ANN, [], is_mail=True).findings == ()


def test_a_later_version_of_a_mail_is_remarked_for_what_it_rests_on_besides(desk: Desk) -> None:
    before = desk.rights.remarked(desk.draft("handbook"), ANN, [KIM])
    later = desk.rights.remarked(desk.draft("handbook", "plan"), ANN, [], before, is_mail=True)
    assert [finding.sentence for finding in later.findings] == [
        "Rests on “Handbook”, which kim@customer.example may not read.",
        "Rests on “Plan”, which not everybody of your organisation may read. See who gets it.",
    ]
    within = desk.rights.remarked(desk.draft("handbook"), ANN, [MIA])
    assert desk.rights.remarked(desk.draft("handbook"), ANN, [], within, is_mail=True).findings == ()


def test_what_a_surface_told_of_recipients_is_no_input() -> None:
    assert without_recipients({GOES_TO: [KIM], "message": "x"}) == ([KIM], {"message": "x"})
    assert without_recipients({"message": "x"}) == ([], {"message": "x"})
