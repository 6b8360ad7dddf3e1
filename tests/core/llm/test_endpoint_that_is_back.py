"""A model server that was away and is back, over real HTTP: those who ask together all get their text."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from core.drafts import Draft
from core.errors import ModelOutage, ModelUnreachable
from core.runner.pipeline import Pipeline
from core.store import Store
from tests.core.runner.routing import Site, open_site
from tests.fakes.openai_replies import Answer
from tests.in_memory import MemoryProgress

TEXT = "The meeting is on Tuesday at 3 pm in room 4."
PAUSE_SECONDS, MOST = 0.3, 6
SLOW = Answer(TEXT, seconds_per_piece=0.1)


@pytest.fixture
def site(sqlite_store: Store) -> Iterator[Site]:
    for site in open_site(sqlite_store):
        site.file["circuit"] = {"failures": 1, "pause_seconds": PAUSE_SECONDS, "longest_pause_seconds": 60}
        yield site


def write(site: Site, pipeline: Pipeline) -> Draft:
    return pipeline.generate(site.job("rewrite", {"text": TEXT}), {}, MemoryProgress())


def write_together(site: Site, pipeline: Pipeline) -> list[Draft | ModelOutage]:
    """Return what came of so many jobs that began at the same time."""

    def tried(_number: int) -> Draft | ModelOutage:
        try:
            return write(site, pipeline)
        except ModelOutage as error:
            return error

    with ThreadPoolExecutor(MOST) as pool:
        return list(pool.map(tried, range(MOST)))


def test_all_who_ask_together_once_it_is_back_wait_for_the_first_and_are_written(site: Site) -> None:
    server = site.add("first")
    pipeline = site.pipeline()
    server.refuse_connections()
    with pytest.raises(ModelUnreachable):
        write(site, pipeline)
    server.respond = lambda _body: SLOW
    server.listen()
    time.sleep(PAUSE_SECONDS)
    written = write_together(site, pipeline)
    assert [draft.text for draft in written if isinstance(draft, Draft)] == [TEXT] * MOST


def test_while_it_is_away_still_all_of_them_hear_so_and_soon_after_it_is_asked_again(site: Site) -> None:
    server = site.add("first")
    pipeline = site.pipeline()
    server.refuse_connections()
    for _ in range(4):  # the pause stays as short as it was: that nothing is up is found out at no cost
        with suppress(ModelUnreachable):
            write(site, pipeline)
        time.sleep(PAUSE_SECONDS)
    told = write_together(site, pipeline)
    assert all(isinstance(error, ModelUnreachable) for error in told)
    server.respond = lambda _body: SLOW
    server.listen()
    time.sleep(PAUSE_SECONDS)
    assert write(site, pipeline).text == TEXT


def test_nobody_waits_for_it_where_another_model_can_be_asked(site: Site) -> None:
    away, other = site.add("away"), site.add("other")
    other.respond = lambda _body: Answer(TEXT)
    pipeline = site.pipeline()
    away.refuse_connections()
    write(site, pipeline)
    away.respond = lambda _body: Answer(TEXT, seconds_per_piece=0.5)
    away.listen()
    time.sleep(PAUSE_SECONDS)
    written = write_together(site, pipeline)
    assert sorted(draft.model for draft in written if isinstance(draft, Draft)) == ["away-model"] + ["other-model"] * 5
