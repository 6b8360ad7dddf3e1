"""What a list of drafts calls each of them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.drafts import Draft, Edit
from core.job import DocumentTarget, JobRequest, OpenMailTarget
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.store import Store, open_store
from integrations.console.pages.job_rows import JobRow, topic_of

LETTER = Draft(recipe="reply", text="Hi Tom,\n\n[[Can you deliver?]]\n\nBest regards,\nAnn")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("recipe", "inputs", "subject", "topic"),
    [
        ("reply", {}, "Pumps", "Pumps"),
        ("ask", {"question": "When is it due?"}, "Pumps", "When is it due?"),
        ("reply", {"message": "Can you?\nTom"}, "", "Can you? Tom"),
        ("reply", {"message": "Can you?\nTom", "subject": "Pumps"}, "", "Pumps"),
        ("summarize", {"text": "**Ann**: no\nTom: *yes*"}, "", "Ann: no Tom: yes"),
        ("reply", {}, "", "Hi Tom, Best regards, Ann"),
    ],
)
def test_a_draft_is_named_by_what_was_asked_or_by_the_mail_that_was_open(
    store: Store, recipe: str, inputs: dict[str, str], subject: str, topic: str
) -> None:
    target = OpenMailTarget("reply", subject=subject)
    job, _ = store.jobs.add(JobRequest(recipe, inputs, "outlook", "ann", target=target))
    assert topic_of(replace(job, draft=LETTER), load_recipes().get(recipe)) == topic


def test_the_changes_of_a_document_are_named_by_its_file_else_by_where_they_are(store: Store) -> None:
    changes = Draft(recipe="proofread", edits=(Edit(id="1", hash="", where="Delivery", before="Teh pumps", text="x"),))
    recipe = load_recipes().get("proofread")
    for name, topic in (("report.docx", "report.docx"), ("", "Delivery")):
        job, _ = store.jobs.add(JobRequest("proofread", {}, "word", "ann", target=DocumentTarget(subject=name)))
        assert topic_of(replace(store.jobs.get(job.id), draft=changes), recipe) == topic


def test_a_subject_of_its_own_comes_first(store: Store) -> None:
    job, _ = store.jobs.add(JobRequest("reply", {}, "outlook", "ann", target=OpenMailTarget("reply", subject="Pumps")))
    assert topic_of(replace(job, draft=LETTER.model_copy(update={"subject": "Re: Pumps"})), None) == "Re: Pumps"


@pytest.mark.parametrize(
    ("surface", "waited", "needs"), [("cli", 1, False), ("word", 1, True), ("cli", 3600, True), ("cli", None, True)]
)
def test_what_failed_at_the_command_line_waits_for_nobody_unless_it_was_tried_later(
    store: Store, surface: str, waited: int | None, needs: bool
) -> None:
    job, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, surface, "ann"))
    begun = None if waited is None else job.created_at + waited
    failed = replace(job, state="failed", error={"code": "outage"}, started_at=begun)
    assert JobRow(failed, is_own=True).needs_its_person is needs
