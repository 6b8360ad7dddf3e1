"""A job on a document that is open in Word is read from its own file, and changes nothing when it is delivered."""

import json

import pytest

from core.errors import NotFoundError
from core.job import JobRequest, ParagraphsTarget
from core.ports import SurfaceContext
from core.settings import Settings
from core.store import open_store
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
