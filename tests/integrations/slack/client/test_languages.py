"""In which language people are spoken to: read from what is known, and remembered so that no request waits for it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from core.people import load_people
from core.settings import Settings
from core.store import Store, open_store
from core.store.language_choice import choose_language
from integrations.slack.client import languages
from integrations.slack.client.api import SlackOutage
from integrations.slack.client.languages import Languages, language_of
from integrations.slack.client.members import KIND


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings)


@dataclass
class Desk:
    """A process with a clock that is set by hand, and work that waits until somebody does it."""

    settings: Settings
    store: Store
    max_kept: int = languages.MAX_KEPT
    now: float = 1_000.0
    waiting: list[Callable[[], None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    slack: Callable[[], object] = bool

    def __post_init__(self) -> None:
        self.languages = Languages(self.settings, self.store.records, max_kept=self.max_kept, clock=lambda: self.now)

    def language(self, person: str) -> str:
        return self.languages.remembered("T1", person, self.waiting.append, lambda: self._ask_slack(person))

    def _ask_slack(self, person: str) -> None:
        self.asked.append(person)
        self.slack()
        if person in self.answers:
            self.slack_says(person, self.answers[person])

    def go_on(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def slack_says(self, person: str, locale: str) -> None:
        self.store.records.put(KIND, "T1", person, {"id": person, "locale": locale}, person=person)


@pytest.fixture
def desk(settings: Settings, store: Store) -> Desk:
    return Desk(settings, store)


def test_it_is_that_of_their_slack_unless_they_chose_another(desk: Desk) -> None:
    def language(person: str) -> str:
        return language_of(desk.settings, desk.store.records, "T1", person)

    assert language("U1") == "en"  # Slack was not asked yet
    desk.slack_says("U1", "de-AT")
    desk.slack_says("U2", "pt-BR")
    assert (language("U1"), language("U2")) == ("de", "en")
    choose_language(desk.store.records, load_people(desk.settings, desk.store.records).identity("T1", "U1"), "en")
    assert language("U1") == "en"


@pytest.mark.parametrize("locale", ["ca-ES", "pt-BR", "nl-NL", ""])
def test_a_locale_that_inlaid_has_no_texts_in_leaves_it_to_the_words_that_were_written(desk: Desk, locale: str) -> None:
    def language(said: str) -> str:
        return language_of(desk.settings, desk.store.records, "T1", "U1", said)

    desk.slack_says("U1", locale)
    assert language("Wie viele Tage Urlaub haben wir im ersten Jahr?") == "de"
    assert language("How many days off do we have in the first year?") == "en"
    assert language("¿Cuántos días de vacaciones tenemos en el primer año?") == "en"
    assert language("12") == "en"


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "de-DE"])
def test_whose_slack_speaks_a_language_of_ours_is_spoken_to_in_it_whatever_they_write(desk: Desk, locale: str) -> None:
    desk.slack_says("U1", locale)
    for said in ("Wie viele Tage Urlaub haben wir im ersten Jahr?", "How many days off do we have?"):
        assert language_of(desk.settings, desk.store.records, "T1", "U1", said) == locale[:2]


def test_whoever_is_known_is_read_nowhere_again(desk: Desk) -> None:
    desk.slack_says("U1", "de-DE")
    assert desk.language("U1") == "de"
    statements: list[str] = []
    event.listen(desk.store.database.engine, "before_cursor_execute", lambda *seen: statements.append(str(seen[2])))
    assert [desk.language("U1"), desk.language("")] == ["de", "en"]
    assert (statements, desk.waiting, desk.asked) == ([], [], [])


def test_slack_is_asked_of_somebody_at_their_first_request_and_then_no_more(desk: Desk) -> None:
    desk.answers = {"U1": "de-DE", "U2": "en-US"}
    assert [desk.language(person) for person in ("U1", "U2", "U1", "U2")] == ["de", "en", "de", "en"]
    assert desk.asked == ["U1", "U2"]


def test_a_slow_slack_is_waited_for_a_moment_and_its_word_holds_for_the_next_request(desk: Desk) -> None:
    is_free, is_done = threading.Event(), threading.Event()
    desk.answers, desk.slack = {"U1": "de-DE"}, lambda: is_free.wait(20)

    def first() -> None:
        desk.language("U1")
        is_done.set()

    asking = threading.Thread(target=first)
    asking.start()
    assert is_done.wait(10)  # long before Slack answers
    assert desk.language("U1") == "en"
    is_free.set()
    while desk.language("U1") == "en":
        asking.join(0.01)
    assert desk.asked == ["U1"]


def test_a_slack_that_is_down_is_asked_again_only_after_a_while(desk: Desk) -> None:
    def down() -> None:
        raise SlackOutage("Slack is down.")

    desk.slack = down
    assert [desk.language("U1"), desk.language("U1")] == ["en", "en"]
    assert desk.asked == ["U1"]
    desk.slack, desk.answers = bool, {"U1": "de-DE"}
    desk.now += languages.RETRY_SECONDS
    assert desk.language("U1") == "de"


def test_it_is_read_again_and_the_old_word_counts_until_there_is_a_new_one(desk: Desk) -> None:
    desk.slack_says("U1", "de-DE")
    desk.language("U1")
    desk.go_on()
    desk.store.records.delete(KIND, "T1", "U1")  # as after an hour
    desk.now += languages.READ_AGAIN_SECONDS
    assert (desk.language("U1"), len(desk.waiting)) == ("de", 1)
    desk.go_on()
    assert desk.language("U1") == "de"
    desk.slack_says("U1", "en-GB")
    desk.now += languages.RETRY_SECONDS
    desk.language("U1")
    desk.go_on()
    assert desk.language("U1") == "en"


def test_somebody_who_did_nothing_for_long_is_forgotten_and_so_is_the_oldest_of_too_many(desk: Desk) -> None:
    desk.slack_says("U1", "de-DE")
    desk.language("U1")
    desk.go_on()
    desk.store.records.delete(KIND, "T1", "U1")
    desk.now += languages.KEEP_SECONDS + 1
    assert desk.language("U1") == "en"
    small = Desk(desk.settings, desk.store, max_kept=3)
    for person in ("U1", "U2", "U3", "U4", "U5"):
        small.language(person)
    small.asked.clear()
    small.language("U5")
    small.language("U1")
    assert small.asked == ["U1"]
