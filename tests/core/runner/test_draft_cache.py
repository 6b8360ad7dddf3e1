"""Identical requests get the draft that is there; another person's settings, another try and a skeleton do not."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.drafts import Draft
from core.job import AGAIN
from core.runner.draft_cache import DraftCache
from core.runner.pipeline import Pipeline
from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes import openai_replies as replies
from tests.in_memory import StoredTarget

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
REWORDED = "We meet on Tuesday at 3 pm in room 4."


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    yield from open_site(sqlite_store)


@pytest.fixture
def pipeline(site: Site) -> Pipeline:
    site.add("first").respond = lambda _body: replies.Answer(REWORDED)
    return site.pipeline(cache=DraftCache(site.store.records, 60.0))


def write(site: Site, pipeline: Pipeline, inputs: dict[str, Any] | None = None, **changes: Any) -> Draft:
    return pipeline.generate(site.job("rewrite", inputs or {"text": TEXT}, **changes), {}, site.diary)


def asked(site: Site) -> int:
    return len(site.servers["first"].chats)


def test_an_identical_request_is_answered_without_a_model(site: Site, pipeline: Pipeline) -> None:
    first, second = write(site, pipeline), write(site, pipeline)
    assert asked(site) == 1
    assert (second.text, second.model) == (first.text, first.model)
    assert second.job_id != first.job_id
    assert second.usage.calls == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"inputs": {"text": f"{TEXT} Bring pens."}},
        {"inputs": {"text": TEXT, "tone": "formal"}},
        {"workspace": "another"},
        {"target": StoredTarget({AGAIN: 1})},
        {"model": "first"},
    ],
)
def test_any_difference_is_written_anew(site: Site, pipeline: Pipeline, changes: dict[str, Any]) -> None:
    if "fallback" not in site.file:
        site.add("second")
        site.file["routes"] = {"default": ["first", "second"]}
        pipeline = site.pipeline(cache=DraftCache(site.store.records, 60.0))
    write(site, pipeline)
    write(site, pipeline, **changes)
    assert asked(site) == 2


def test_another_try_takes_the_place_of_the_first_and_has_another_seed(site: Site, pipeline: Pipeline) -> None:
    write(site, pipeline)
    site.servers["first"].respond = lambda _body: replies.Answer("We meet in room 4 on Tuesday at 3 pm.")
    again = write(site, pipeline, target=StoredTarget({AGAIN: 1}))
    assert again.text.startswith("We meet in room 4")
    assert write(site, pipeline).text == again.text
    first, second = (chat.body["seed"] for chat in site.servers["first"].chats)
    assert first != second


def test_a_skeleton_is_tried_again(site: Site, pipeline: Pipeline) -> None:
    site.servers["first"].respond = lambda _body: replies.Answer("We meet at [place name].")
    assert write(site, pipeline).skeleton
    site.servers["first"].respond = lambda _body: replies.Answer(REWORDED)
    assert write(site, pipeline).text == REWORDED


def test_it_is_off_for_a_recipe_that_says_so_and_without_a_time(site: Site, pipeline: Pipeline) -> None:
    site.recipes = {"rewrite": site.recipes["rewrite"].model_copy(update={"cache": False})}
    off = site.pipeline(cache=DraftCache(site.store.records, 60.0))
    for _ in range(2):
        write(site, off)
    assert asked(site) == 2
    never = Pipeline(pipeline.recipes, pipeline.models, cache=DraftCache(site.store.records, 0.0))
    for _ in range(2):
        write(site, never)
    assert asked(site) == 4


def test_what_is_kept_belongs_to_the_person_who_asked_first_and_is_sealed(site: Site, pipeline: Pipeline) -> None:
    write(site, pipeline)
    [record] = site.store.records.list("draft", workspace="local")
    assert record.person == "ann"
    with site.store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT key, data FROM record WHERE kind = 'draft'").all()
    assert "Tuesday" not in str(rows)


def test_a_draft_in_the_form_of_another_release_is_written_anew(site: Site, pipeline: Pipeline) -> None:
    write(site, pipeline)
    [record] = site.store.records.list("draft", workspace="local")
    site.store.records.put("draft", "local", record.key, {**record.data, "of another release": 1})
    assert write(site, pipeline).text == REWORDED
    assert asked(site) == 2
