"""Health: what an administrator has to look at first."""

from pathlib import Path

from core.job import JobRequest
from integrations.console.pages.health import known_of_embeddings
from tests.fakes.microsoft import FakeMicrosoft, Person
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_sources import read_all
from tests.integrations.console.conftest import comes_in, microsoft_browser
from tests.integrations.console.filled import fill


def test_parts_queues_and_what_fails_stand_on_one_page(alone: RunningWeb, tmp_path: Path) -> None:
    with comes_in(alone) as client:
        fill(alone, client, tmp_path)
        page = client.get("/console/health").text
    assert "does not answer" not in page
    assert "sales@example.com" in page
    assert "bob@example.com</strong>" not in page
    assert 'data-label="Waiting">1</td>' in page
    assert "less than a minute" in page


def test_a_source_of_which_a_part_cannot_be_read_is_named(alone: RunningWeb, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for name, text in {"good.txt": "Hotel costs are refunded.", "empty.txt": ""}.items():
        (papers / name).write_text(text)
    with comes_in(alone) as client:
        assert "All sources are readable." in client.get("/console/health").text
        client.post("/console/sources/add", data={"place": str(papers), "title": "Papers"})
        read_all(alone)
        page = client.get("/console/health").text
    assert "1 of 2 documents could not be read." in page
    assert "All sources are readable." not in page


def test_work_that_waits_long_is_marked(alone: RunningWeb) -> None:
    store = alone.services.store
    job, _ = store.jobs.add(JobRequest("rewrite", {"text": "x"}, "api", "ann", queue="bulk"))
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET not_before = not_before - 300 WHERE id = ?", (job.id,))
    with comes_in(alone) as client:
        assert "5 min" in client.get("/console/health").text


def test_a_server_of_embeddings_is_not_asked_for_its_name(alone: RunningWeb, openai_server: OpenAIServer) -> None:
    settings = alone.settings.model_copy(update={"embeddings_url": openai_server.url})
    assert known_of_embeddings(settings) == ""
    assert "by their words only" in known_of_embeddings(settings.model_copy(update={"embeddings_model": "e5"}))
    assert openai_server.asked == []


def test_it_is_for_administrators(shared: RunningWeb, microsoft: FakeMicrosoft, bob: Person) -> None:
    with microsoft_browser(shared, bob) as client:
        assert client.get("/console/health").status_code == 403
