"""How large a job may be, said before the work begins."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from core.errors import LimitError
from core.job_limits import JobLimits
from core.llm.models_file import Budgets
from core.spending import Spending
from core.store import Store
from tests.core.routing import Site, open_site
from tests.fakes import openai_replies as replies

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
        number = re.findall(r"subject (\d)", str(body["messages"]))[-1]
        return replies.Answer(f"The meeting about subject {number} is in the large room.")

    server.respond = shorter
    texts = [f"The meeting about subject {place} will be held in the large room." for place in range(9)]
    spending = Spending(site.store.usage, Budgets(), flush_seconds=0.0)
    pipeline = site.pipeline(spending=spending, limits=JobLimits(paragraphs=20, words=500, model_calls=4))
    draft = pipeline.generate(site.job("rewrite", {"text": ""}), {"paragraphs": paragraphs(*texts)}, site.diary)
    assert draft.edits
    assert [notice for notice in draft.notices if "5 of 9" in notice and "4 times" in notice]
    assert len(server.chats) == 4
