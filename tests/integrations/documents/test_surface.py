"""Document jobs: a file that harms its reader fails its job alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from core.drafts import Draft, Edit, Finding
from core.job import DocumentTarget, Job, JobRequest
from core.ports import Progress
from core.runner.retries import RetryBudget
from core.runner.runner import Runner
from core.settings import Settings
from core.store import open_store
from integrations.documents import DocumentEdit, apply_edits, read_document
from integrations.documents.reading import editable_paragraphs
from integrations.documents.surface import AUTHOR, DocumentSurface
from tests.integrations.documents.build import archive, document, files_of, p, run, texts
from tests.memory_events import MemoryEvents

SMALL = document(p(run("Teh house.")), p(run("It is red."), properties='<w:pStyle w:val="Heading1"/>'))


# A file of 45 KiB: each sign costs a parser little to read and much to hold.
HOSTILE = archive(
    {**files_of(SMALL), "word/document.xml": files_of(SMALL)["word/document.xml"].replace(
        b"<w:body>", b"<w:body><w:p><w:r>" + b"<w:tab/>" * 3_900_000 + b"</w:r></w:p>")}
)  # fmt: skip


def correct(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
    """Correct the first paragraph."""
    progress.say("Writing")
    first = further["paragraphs"][0]
    return Draft(recipe=job.recipe, edits=(Edit(id=first["id"], hash=first["hash"], text="The house."),))


def test_what_a_comment_of_ours_says_is_read_with_its_words_and_those_of_others_are_not() -> None:
    paragraph = editable_paragraphs(SMALL)[0]
    edits = [
        DocumentEdit(id=paragraph["id"], hash=paragraph["hash"], find="house", comment="Which?"),
        DocumentEdit(id=paragraph["id"], hash=paragraph["hash"], comment="Why?", author="Ann"),
    ]
    remarked = apply_edits(SMALL, edits, author=AUTHOR, date=datetime.now(UTC)).data
    assert remarked
    assert [one["remarks"] for one in editable_paragraphs(remarked, AUTHOR)] == [[("house", "Which?")], []]


def test_comments_are_in_the_language_in_which_the_person_is_spoken_to(settings: Settings) -> None:
    def doubt(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
        draft = correct(job, further, progress)
        finding = Finding(check="facts", severity="warn", sentence="The number “2” does not stand in the source.")
        edits = tuple(edit.model_copy(update={"findings": (finding,)}) for edit in draft.edits or ())
        return draft.model_copy(update={"edits": edits})

    store = open_store(settings)
    runner = Runner(
        store, settings, MemoryEvents(), doubt, lambda _job: DocumentSurface(), lease_seconds=60, budget=RetryBudget(3)
    )
    blobs = {DocumentTarget.DOCUMENT_FILE: SMALL}
    job = store.jobs.add(JobRequest("proofread", {}, "api", "ann", target=DocumentTarget(), blobs=blobs, spoken="de"))[
        0
    ]
    runner.run(job.id)
    made = store.effects.get_file(store.jobs.get(job.id), DocumentTarget.RESULT_FILE)
    assert [row.text for row in read_document(made).comments] == ["„2“ (Zahl) steht nicht in der Quelle."]


def test_a_document_that_eats_memory_fails_its_job_and_no_other(settings: Settings) -> None:
    store = open_store(settings)
    surface = DocumentSurface()
    runner = Runner(
        store, settings, MemoryEvents(), correct, lambda _job: surface, lease_seconds=60, budget=RetryBudget(3)
    )

    def submit(data: bytes) -> Job:
        request = JobRequest(
            "proofread", {}, "api", "ann", target=DocumentTarget(), blobs={DocumentTarget.DOCUMENT_FILE: data}
        )
        return store.jobs.add(request)[0]

    with ThreadPoolExecutor(1) as threads:
        hostile, small = submit(HOSTILE), submit(SMALL)
        reading = threads.submit(runner.run, hostile.id)
        runner.run(small.id)
        assert not reading.done()
        reading.result()
    small = store.jobs.get(small.id)
    assert (small.state, store.jobs.get(hostile.id).state) == ("delivered", "failed")
    assert "house" in texts(store.effects.get_file(small, DocumentTarget.RESULT_FILE))[0]
    error = store.jobs.get(hostile.id).error
    assert error
    assert error["code"] == "document"
    assert error["message"].startswith(("This document needs more than", "This document could not be read within"))
    store.close()
