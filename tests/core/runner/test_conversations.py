"""A follow-up rests on the questions before it, and on nobody else's."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.drafts import Draft, DraftSource, Escalation
from core.errors import (
    InlaidError,
    JobCancelled,
    JobOverdue,
    LeaseLost,
    ModelOutage,
    NotFoundError,
    PolicyRefused,
)
from core.job import Job, JobRequest
from core.people import load_people
from core.recipes.loader import load_recipes
from core.runner.conversations import MAX_EARLIER, NOTHING_BESIDE, Conversations, answer_where_asked
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


QUESTION = "When does the hall open?"
QUOTED = DraftSource(number=1, title="Hall", link="", quote="The hall opens at nine.", place="7/0")
NAMED = DraftSource(number=3, title="Private plan", link="", quote="", place="8/0")


def told(store: Store, answer: Draft, summary: Draft | InlaidError, question: str = QUESTION) -> Draft:
    """Return what is told of a conversation where this is the answer from sources, and that comes of its summary."""

    def generate(job: Job, _further: Mapping[str, Any]) -> Draft:
        if job.recipe == "ask":
            return answer
        if isinstance(summary, InlaidError):
            raise summary
        return summary

    return answer_where_asked(generate, asked(store, question), question, "Bo: We wait.\nEve: Good.", {})


@pytest.mark.parametrize("stop", [JobCancelled("x"), JobOverdue("x"), LeaseLost("x"), ModelOutage("x")])
def test_a_stop_while_the_summary_is_written_ends_the_job(sqlite_store: Store, stop: InlaidError) -> None:
    with pytest.raises(type(stop)):
        told(sqlite_store, Draft(recipe="ask", text="At nine. [1]", sources=(QUOTED,)), stop)


def test_a_summary_that_cannot_be_had_leaves_the_answer(sqlite_store: Store) -> None:
    answer = Draft(recipe="ask", text="At nine. [1]", sources=(QUOTED,))
    assert told(sqlite_store, answer, PolicyRefused("x")) == answer


WHY = "392 words. A summary needs a larger model."
REFUSED = Draft(
    recipe="summarize",
    text=WHY,
    skeleton=True,
    escalations=(Escalation(source="rules", to="skeleton", reason=WHY),),
)


@pytest.mark.parametrize(
    "wish",
    [
        "Could you sum it up?",
        "What are the main points here?",
        "Fass das bitte mal zusammen.",
        "Tu peux résumer ?",
        "¿Puedes resumir el hilo?",
    ],
)
def test_a_refused_summary_is_told_only_to_who_wants_one_where_nothing_answers(sqlite_store: Store, wish: str) -> None:
    sure = Draft(recipe="ask", text="At nine. [1]", sources=(QUOTED,))
    maybe = sure.model_copy(update={"skeleton": True})
    nothing = Draft(recipe="ask", text="Nothing found.", skeleton=True)
    for answer in (sure, maybe, nothing):
        assert told(sqlite_store, answer, REFUSED) == answer
    assert told(sqlite_store, maybe, REFUSED, wish) == maybe
    assert told(sqlite_store, nothing, REFUSED, wish).text == WHY
    assert NOTHING_BESIDE in told(sqlite_store, nothing, REFUSED, wish).notices


@pytest.mark.parametrize(
    ("sources", "is_sure", "is_told"),
    [((QUOTED, NAMED), True, True), ((NAMED,), True, True), ((QUOTED, NAMED), False, True), ((NAMED,), False, False)],
)
def test_what_an_answer_names_stays_cited_wherever_its_text_does(
    sqlite_store: Store, sources: tuple[DraftSource, ...], *, is_sure: bool, is_told: bool
) -> None:
    answer = Draft(recipe="ask", text="See Private plan [3].", sources=sources, skeleton=not is_sure)
    draft = told(sqlite_store, answer, Draft(recipe="summarize", text="They wait.", model="large"))
    assert "They wait." in draft.text
    assert ("Private plan" in draft.text) is is_told
    assert draft.sources == (sources if is_told else ())
    assert (NOTHING_BESIDE in draft.notices) is not is_sure
