"""Targets are stored as earlier versions stored them, and what those stored is read."""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import LimitError
from core.job import DocumentTarget, DriveTarget, JobLimits, JobRequest, ParagraphsTarget, TemplateTarget, new_id
from core.llm.budget import Spending
from core.llm.models_file import Budgets
from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies
from tests.in_memory import StoredTarget


def test_what_is_stored_is_what_earlier_versions_stored() -> None:
    assert DocumentTarget().to_json() == {"kind": "document"}
    assert TemplateTarget().to_json() == {"kind": "template"}
    assert ParagraphsTarget().to_json() == {"kind": "word"}
    link = "https://example.sharepoint.com/x"
    stored = {"kind": "drive", "link": link, "save": "copy", "assertion": "token"}
    assert DriveTarget(link, "token", "copy").to_json() == stored
    assert DriveTarget.from_json(stored) == DriveTarget(link, "token", "copy")
    assert DocumentTarget(subject="report.docx").to_json() == {"kind": "document", "subject": "report.docx"}
    assert DriveTarget.from_json({"kind": "drive", "link": link, "assertion": "token"}).save == "either"


def test_the_target_names_the_surface_that_delivers_and_else_where_the_job_came_from(sqlite_store: Store) -> None:
    def name(**target: object) -> str:
        request = JobRequest("rewrite", {}, "api", "ann", target=StoredTarget(target) if target else None)
        return sqlite_store.jobs.get(sqlite_store.jobs.add(request)[0].id).surface_name

    assert name(kind="drive") == "drive"
    assert name(team="T1") == "api"
    assert name() == "api"


def test_a_chat_is_slack_or_what_a_target_says_is_one_and_no_mail(sqlite_store: Store) -> None:
    def is_chat(surface: str, **target: object) -> bool:
        return sqlite_store.jobs.add(JobRequest("rewrite", {}, surface, "ann", target=StoredTarget(target)))[0].is_chat

    assert is_chat("slack", team="T1")
    assert not is_chat("slack", team="T1", mail=True)
    assert is_chat("mattermost", chat=True)
    assert not is_chat("mattermost")


def test_a_further_draft_of_the_same_inputs_is_known_by_its_number(sqlite_store: Store) -> None:
    request = JobRequest("rewrite", {}, "slack", "U1", target=StoredTarget({"team": "T1", "again": 2}))
    assert sqlite_store.jobs.add(request)[0].again == 2


LIMITS = JobLimits(paragraphs=3, words=50, model_calls=4)


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


def paragraphs(*texts: str) -> list[dict[str, Any]]:
    return [{"id": str(place), "hash": str(place), "text": text} for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "", "paragraphs": paragraphs(*["One."] * 4)}, "4 paragraphs; one job takes 3"),
        ({"text": "", "paragraphs": paragraphs("word " * 30, "word " * 30)}, "60 words; one job takes 50"),
        ({"text": "word " * 51}, "51 words; one job takes 50"),
        ({"text": "x" * 5_000}, "416 words; one job takes 50"),
    ],
)
def test_a_job_that_is_too_large_is_refused_before_a_model_is_asked(
    site: Site, given: dict[str, Any], said: str
) -> None:
    server = site.add("first")
    with pytest.raises(LimitError, match=said) as caught:
        site.write("rewrite", given, limits=LIMITS)
    assert "INLAID_JOB_" in caught.value.fix
    assert server.chats == []


def test_a_job_that_is_just_small_enough_is_done(site: Site) -> None:
    site.add("first").respond = lambda _body: replies.Answer("The meeting is on Tuesday.")
    limits = JobLimits(paragraphs=1, words=6, model_calls=1)
    assert site.write("rewrite", {"text": "The meeting will be on Tuesday."}, limits=limits).text


def test_a_job_asks_no_model_more_often_than_one_job_may(site: Site) -> None:
    server = site.add("first")

    def shorter(body: dict[str, Any]) -> replies.Answer:
        found = re.findall(r"\[(\d+)\] The meeting about subject (\d+) ", str(body["messages"][-1]["content"]))
        lines = (f"[{number}] The meeting about subject {subject} is in the large room." for number, subject in found)
        return replies.Answer("\n".join(lines))

    server.respond = shorter
    texts = [f"The meeting about subject {place} will be held in the large room." for place in range(75)]
    spending = Spending(site.store.usage, Budgets(), flush_seconds=0.0)
    pipeline = site.pipeline(spending=spending, limits=JobLimits(paragraphs=80, words=2_000, model_calls=2))
    draft = pipeline.generate(site.job("rewrite", {"text": ""}), {"paragraphs": paragraphs(*texts)}, site.diary)
    assert draft.edits
    assert [notice for notice in draft.notices if "25 of 75" in notice and "2 times" in notice]
    assert len(server.chats) == 2


def test_ids_that_one_process_makes_one_after_the_other_sort_so() -> None:
    made = []
    for _ in range(2_000):
        made.append(new_id())
        began = time.time_ns()
        while time.time_ns() - began < 1_000:  # between two acts lies a statement of the database, which takes longer
            pass
    assert made == sorted(made)
    assert {uuid.UUID(one).version for one in made} == {7}
