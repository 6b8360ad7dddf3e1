"""Standing facts: kept by name, nearest to the person first, within groups; and whether people want grounds at all."""

import pytest

from core.errors import InputError, LimitError, NotFoundError
from core.people import Identity, load_people
from core.settings import Settings
from core.sources.facts import EVERYBODY, MAX_FACTS, StandingFact, StandingFacts
from core.store import Store
from tests.policies import policies_of

ANN, BOB = Identity("local", "ann@example.com"), Identity("local", "bob@example.com")
TEXT = '[group.sales]\nmembers = ["ann@example.com"]\n'


@pytest.fixture
def facts(store: Store, settings: Settings) -> StandingFacts:
    people = load_people(settings, store.records)
    return StandingFacts(store.records, people, policies_of(store, TEXT, settings))


def names(found: list[StandingFact]) -> dict[str, str]:
    return {fact.name: fact.text for fact in found}


def test_a_fact_is_kept_for_its_person_alone_and_replaced_by_name(facts: StandingFacts) -> None:
    facts.put(ANN, StandingFact("Booking  link", "https://x.example/a"))
    facts.put(ANN, StandingFact("booking link", "https://x.example/b", ("calendar", "calendar")))
    (fact,) = facts.own(ANN)
    assert (fact.name, fact.text, fact.phrases) == ("booking link", "https://x.example/b", ("calendar",))
    assert names(facts.known_to(*ANN)) == {"booking link": "https://x.example/b"}
    assert facts.own(BOB) == []
    assert facts.known_to(*BOB) == []


def test_what_is_of_a_group_or_of_everybody_serves_them_and_the_nearest_counts(facts: StandingFacts) -> None:
    facts.put(ANN, StandingFact("notice", "three months", audience=EVERYBODY))
    facts.put(ANN, StandingFact("notice", "six months", audience="group:sales"))
    assert names(facts.known_to(*ANN)) == {"notice": "six months"}
    assert names(facts.known_to(*BOB)) == {"notice": "three months"}
    facts.put(BOB, StandingFact("notice", "a week"))
    facts.put(BOB, StandingFact("notice", "eine Woche", language="de"))
    assert [fact.text for fact in facts.known_to(*BOB)] == ["a week", "eine Woche"]
    assert facts.own(Identity("local", ":everybody")) == []


def test_a_fact_is_removed_in_one_language_or_in_all(facts: StandingFacts) -> None:
    for language in ("", "de", "fr"):
        facts.put(ANN, StandingFact("hours", "9-17", language=language))
    assert facts.remove(ANN, "Hours", language="fr") == 1
    assert facts.remove(ANN, "hours") == 2
    with pytest.raises(NotFoundError):
        facts.remove(ANN, "hours")
    facts.put(ANN, StandingFact("hours", "9-17", audience=EVERYBODY))
    with pytest.raises(NotFoundError):
        facts.remove(ANN, "hours")


@pytest.mark.parametrize(
    "fact",
    [
        StandingFact("", "text"), StandingFact("name", "  "), StandingFact("n" * 81, "text"),
        StandingFact("name", "t" * 2001), StandingFact("name", "text", ("p",) * 1 + tuple("abcdefghijk")),
        StandingFact("name", "text", language="German"), StandingFact("name", "text", audience="group:"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(facts: StandingFacts, fact: StandingFact) -> None:
    with pytest.raises(InputError):
        facts.put(ANN, fact)


def test_an_account_is_guarded_whatever_is_said(facts: StandingFacts) -> None:
    assert facts.put(ANN, StandingFact("bank", "GB29 NWBK 6016 1331 9268 19")).is_guarded
    assert not facts.put(ANN, StandingFact("room", "Room 4")).is_guarded
    assert facts.put(ANN, StandingFact("door code", "it is 12", is_guarded=True)).is_guarded


def test_there_is_a_ceiling(facts: StandingFacts) -> None:
    for number in range(MAX_FACTS):
        facts.put(ANN, StandingFact(f"fact {number}", "text"))
    with pytest.raises(LimitError):
        facts.put(ANN, StandingFact("one more", "text"))
    facts.put(ANN, StandingFact("fact 0", "changed"))


def test_grounds_are_wanted_until_somebody_says_no(facts: StandingFacts) -> None:
    assert facts.are_wanted(ANN)
    facts.want(ANN, use=False)
    assert not facts.are_wanted(ANN)
    assert facts.are_wanted(BOB)
    facts.want(ANN, use=True)
    assert facts.are_wanted(ANN)
