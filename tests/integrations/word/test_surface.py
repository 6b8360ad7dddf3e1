"""A job on a document that is open in Word is read from its own file, and changes nothing when it is delivered."""

import json

import pytest

from core.errors import NotFoundError
from core.job import Job, JobRequest, ParagraphsTarget
from core.ports import SurfaceContext
from core.settings import Settings
from core.store import Store, open_store
from core.writing.grounded.passages import read_passages
from integrations.word.surface import WordSurface
from tests.in_memory import MemoryEffects

PARAGRAPHS = [{"id": "p1", "hash": "h", "text": "The hall is closed."}]


def test_the_paragraphs_come_from_the_jobs_file_and_delivery_adds_nothing(settings: Settings) -> None:
    store, effects = open_store(settings), MemoryEffects()
    job, _ = store.jobs.add(JobRequest("rewrite", {}, "word", "ann", target=ParagraphsTarget()))
    context = SurfaceContext(settings, store.jobs, store.records, effects)
    with pytest.raises(NotFoundError):
        WordSurface().prepare(job, context)
    effects.put_file(job, "paragraphs.json", json.dumps(PARAGRAPHS).encode())
    assert WordSurface().prepare(job, context) == {"paragraphs": PARAGRAPHS}
    WordSurface().deliver(job, context)
    assert effects.effects == {}


def test_a_question_that_was_asked_in_the_pane_is_about_no_document(settings: Settings) -> None:
    store = open_store(settings)
    job, _ = store.jobs.add(JobRequest("ask", {"question": "When?"}, "word", "ann"))
    assert WordSurface().prepare(job, SurfaceContext(settings, store.jobs, store.records, MemoryEffects())) == {}


def test_a_question_gets_the_paragraphs_as_passages_with_the_question_before_it_in_mind(
    sqlite_store: Store, settings: Settings
) -> None:
    paragraphs = [{"id": f"p{number}", "hash": "h", "text": f"Clause {number} says nothing."} for number in range(3000)]
    paragraphs[1500]["text"] = "The notice period is three months."
    files = {ParagraphsTarget.PARAGRAPHS_FILE: json.dumps(paragraphs).encode()}

    def ask(**inputs: str) -> Job:
        request = JobRequest("ask", inputs, "word", "ann", target=ParagraphsTarget("passages"), blobs=files)
        return sqlite_store.jobs.add(request)[0]

    context = SurfaceContext(settings, sqlite_store.jobs, sqlite_store.records, sqlite_store.effects)
    first = ask(question="How long is the notice period?")
    for job in (first, ask(question="And in weeks?", follows=first.id)):
        given = WordSurface().prepare(job, context)
        assert set(given) == {"passages"}
        assert any("three months" in passage.text for passage in read_passages(given["passages"]))
