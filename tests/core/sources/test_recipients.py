"""What those who get a mail may not read of what it rests on is told to its sender, and what is open to all is not."""

import pytest

from core.drafts import RECIPIENTS_CHECK, Draft, DraftSource, Finding
from core.sources.items import ItemWrite
from core.sources.model import EVERYBODY, AccessList, address_principal, person_principal
from core.sources.recipients import GOES_TO, Recipient, RecipientRights, without_recipients
from core.store import Store
from tests.core.sources.making import add_source, fill, item_store, make_sources, written

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
    """A handbook for everybody, a plan for Ann and Bob, and a page of the web site."""

    def __init__(self, store: Store) -> None:
        self.rights = RecipientRights(make_sources(store))
        self.places: dict[str, str] = {}
        for connector, item in (
            ("folder", written("handbook", TEXT)),
            ("folder", written("plan", TEXT, access="few")),
            ("web", written("page", TEXT)),
        ):
            self._add(store, connector, item)

    def _add(self, store: Store, connector: str, item: ItemWrite) -> None:
        source, key = add_source(store, connector=connector), item.change.key
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
    assert desk.said(desk.draft("handbook"), KIM) == ["Rests on “Handbook”, which Kim Park may not read."]
    assert desk.said(desk.draft("plan"), MIA, BOB) == ["Rests on “Plan”, which Mia Brandt may not read."]
    (finding,) = desk.rights.findings(ANN, [KIM], desk.draft("handbook"))
    assert (finding.check, finding.severity, finding.place) == (RECIPIENTS_CHECK, "warn", "")


def test_what_everybody_of_the_house_may_read_needs_no_remark_within_the_house(desk: Desk) -> None:
    assert desk.said(desk.draft("handbook"), MIA, BOB) == []
    assert desk.said(desk.draft("plan"), BOB) == []


def test_a_public_web_page_is_open_to_all_and_what_came_with_the_mail_is_the_senders_own(desk: Desk) -> None:
    assert desk.said(desk.draft("page", "a file of the mail"), KIM) == []


def test_sources_that_the_same_people_may_not_read_are_one_remark(desk: Desk) -> None:
    assert desk.said(desk.draft("handbook", "plan", "handbook"), KIM, MIA) == [
        "Rests on “Handbook”, which Kim Park may not read.",
        "Rests on “Plan”, which Kim Park, Mia Brandt may not read.",
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


def test_what_a_surface_told_of_recipients_is_no_input() -> None:
    assert without_recipients({GOES_TO: [KIM], "message": "x"}) == ([KIM], {"message": "x"})
    assert without_recipients({"message": "x"}) == ([], {"message": "x"})
