"""Documents in a child process: the same results, and a hostile one stops nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from core.drafts import Draft, Edit
from core.errors import DocumentError
from core.events.memory import MemoryEvents
from core.job import Job, JobRequest
from core.ports import Progress
from core.runner.runner import Runner
from core.settings import Settings
from core.store import open_store
from core.targets import DocumentTarget
from integrations.documents import DocumentEdit, isolated
from integrations.documents import apply_edits as apply_here
from integrations.documents import compare_documents as compare_here
from integrations.documents import read_document as read_here
from integrations.documents import resolve_revisions as resolve_here
from integrations.documents.reading import editable_paragraphs as editable_here
from integrations.documents.surface import DocumentSurface
from integrations.documents.templates import fill_template as fill_here
from tests.integrations.documents.build import archive, document, files_of, p, run, texts

SMALL = document(p(run("Teh house.")), p(run("It is red."), properties='<w:pStyle w:val="Heading1"/>'))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# A file of 45 KiB: each sign costs a parser little to read and much to hold.
HOSTILE = archive(
    {**files_of(SMALL), "word/document.xml": files_of(SMALL)["word/document.xml"].replace(
        b"<w:body>", b"<w:body><w:p><w:r>" + b"<w:tab/>" * 3_900_000 + b"</w:r></w:p>")}
)  # fmt: skip


def test_every_function_gives_what_it_gives_in_this_process() -> None:
    first = read_here(SMALL).paragraphs[0]
    edits = [DocumentEdit(id=first.id, hash=first.hash, text="The house.")]
    changed = apply_here(SMALL, edits, author="Ann", date=NOW)
    assert changed.data
    assert isolated.read_document(SMALL) == read_here(SMALL)
    assert isolated.editable_paragraphs(SMALL) == editable_here(SMALL)
    assert isolated.apply_edits(SMALL, edits, author="Ann", date=NOW) == changed
    assert isolated.resolve_revisions(changed.data, accept=True) == resolve_here(changed.data, accept=True)
    other = document(p(run("The house.")))
    assert isolated.compare_documents(SMALL, other, author="Ann", date=NOW).results == (
        compare_here(SMALL, other, author="Ann", date=NOW).results
    )
    template = document(p(run("Dear {{ name }}")))
    assert isolated.template_fields(template) == ["name"]
    assert texts(isolated.fill_template(template, {"name": "Ann"})) == texts(fill_here(template, {"name": "Ann"}))
    isolated.check_document(SMALL)


def test_paragraphs_say_whether_they_are_headings() -> None:
    assert [one["heading_level"] for one in isolated.editable_paragraphs(SMALL)] == [
        one.heading_level or 0 for one in read_here(SMALL).paragraphs
    ]


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", SMALL[:200]])
def test_what_is_refused_here_is_refused_there_with_the_same_words(data: bytes) -> None:
    with pytest.raises(DocumentError) as here:
        read_here(data)
    with pytest.raises(DocumentError) as there:
        isolated.read_document(data)
    assert (there.value.message, there.value.fix) == (here.value.message, here.value.fix)


def correct(job: Job, further: dict[str, Any], progress: Progress) -> Draft:
    """Correct the first paragraph."""
    progress.say("Writing")
    first = further["paragraphs"][0]
    return Draft(recipe=job.recipe, edits=(Edit(id=first["id"], hash=first["hash"], text="The house."),))


def test_a_document_that_eats_memory_fails_its_job_and_no_other(settings: Settings) -> None:
    store = open_store(settings)
    surface = DocumentSurface()
    runner = Runner(store, settings, MemoryEvents(), correct, lambda _job: surface, lease_seconds=60, max_attempts=3)

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
