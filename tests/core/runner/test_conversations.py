"""A follow-up rests on the questions before it, and on nobody else's."""

import pytest

from core.errors import NotFoundError
from core.job import Job, JobRequest
from core.people import load_people
from core.recipes.loader import load_recipes
from core.runner.conversations import MAX_EARLIER, Conversations
from core.settings import Settings
from core.store import Store

ASK = load_recipes()["ask"]


def asked(store: Store, question: str, follows: str = "", person: str = "ann") -> Job:
    inputs = {"question": question, "follows": follows}
    return store.jobs.add(JobRequest("ask", inputs, surface="api", person=person, workspace="local"))[0]


@pytest.fixture
def conversations(sqlite_store: Store, settings: Settings) -> Conversations:
    return Conversations(sqlite_store.jobs, load_people(settings, sqlite_store.records))


def test_the_questions_before_a_job_come_oldest_first_and_no_more_than_help(
    sqlite_store: Store, conversations: Conversations
) -> None:
    job = asked(sqlite_store, "How long is leave?")
    for number in range(MAX_EARLIER):
        job = asked(sqlite_store, f"And in\nyear {number}?", job.id)
    now = asked(sqlite_store, "And now?", job.id)
    assert conversations.earlier(now, ASK, job.id).splitlines() == [
        "And in year 0?",
        "And in year 1?",
        "And in year 2?",
    ]


def test_what_somebody_else_asked_is_not_there(sqlite_store: Store, conversations: Conversations) -> None:
    theirs = asked(sqlite_store, "What does Bob earn?", person="bob")
    for follows in (theirs.id, "nothing"):
        with pytest.raises(NotFoundError, match="no such job"):
            conversations.earlier(asked(sqlite_store, "And Eve?"), ASK, follows)


def test_a_job_before_it_that_is_gone_ends_the_conversation(sqlite_store: Store, conversations: Conversations) -> None:
    job = asked(sqlite_store, "And in London?", "gone")
    assert conversations.earlier(asked(sqlite_store, "And in Paris?"), ASK, job.id) == "And in London?"
