"""In which language people are spoken to: read from what is known, and remembered so that no request waits for it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import event

from core.people import load_people
from core.settings import Settings
from core.store import Store, open_store
from core.store.language_choice import choose_language
from integrations.slack.client import languages
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

    def __post_init__(self) -> None:
        self.languages = Languages(self.settings, self.store.records, max_kept=self.max_kept, clock=lambda: self.now)

    def language(self, person: str) -> str:
        return self.languages.remembered("T1", person, self.waiting.append)

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


def test_a_request_reads_nothing_and_the_next_one_knows(desk: Desk) -> None:
    desk.slack_says("U1", "de-DE")
    statements: list[str] = []
    event.listen(desk.store.database.engine, "before_cursor_execute", lambda *seen: statements.append(str(seen[2])))
    assert [desk.language("U1"), desk.language("U1"), desk.language("")] == ["en", "en", "en"]
    assert statements == []
    assert len(desk.waiting) == 1  # one reader is enough, and nobody is read for nobody
    desk.go_on()
    assert statements != []
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
    desk.now += languages.KEEP_SECONDS + 1
    assert desk.language("U1") == "en"
    small = Desk(desk.settings, desk.store, max_kept=3)
    for person in ("U1", "U2", "U3", "U4", "U5"):
        small.language(person)
        small.go_on()
    assert (small.language("U1"), len(small.waiting)) == ("en", 1)
