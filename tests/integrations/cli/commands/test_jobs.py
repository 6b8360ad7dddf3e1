"""Jobs on the command line: listed, shown, run again."""

import json

from core.job import JobRequest
from core.settings import Settings
from core.store import open_store
from tests.core.insight.making import finished_job
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.cli.conftest import TEXT, Terminal


def test_a_failed_job_can_be_run_again(terminal: Terminal, openai_server: OpenAIServer) -> None:
    openai_server.key = "right"
    assert "INLAID_MODEL_KEY" in terminal.error("run", "rewrite", "-", stdin=TEXT.encode())
    openai_server.key = ""
    job = terminal.json("jobs", "list")["jobs"][0]
    assert job["state"] == "failed"
    assert terminal.json("jobs", "retry", job["id"])["state"] == "delivered"


def test_a_job_shows_how_often_it_is_tried(terminal: Terminal, openai_server: OpenAIServer, settings: Settings) -> None:
    openai_server.key = "right"
    terminal.error("run", "rewrite", "-", stdin=TEXT.encode())
    [job] = terminal.json("jobs", "list")["jobs"]
    shown = terminal.json("jobs", "show", job["id"])["retries"]
    assert (shown["tries"], shown["of"], shown["work"], shown["of_work"]) == (1, 12, 1, 3)
    store = open_store(settings)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET attempts = 2, delivery_attempts = 3 WHERE id = ?", (job["id"],))
    store.close()
    assert terminal.run("jobs", "show", job["id"]) == 0
    assert "Tried 5 of 12 times, its work 2 of 3; no try begins after" in terminal.out


def test_jobs_that_cannot_be_read_are_counted_and_doctor_names_them(terminal: Terminal, settings: Settings) -> None:
    kept = terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["job_id"]
    lost = terminal.json("run", "rewrite", "-", stdin=f"{TEXT} Bring it.".encode())["job_id"]
    store = open_store(settings)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET request = x'00' WHERE id = ?", (lost,))
    store.close()
    listed = terminal.json("jobs", "list")
    assert ([job["id"] for job in listed["jobs"]], listed["left_out"]) == ([kept], 1)
    assert terminal.run("jobs", "list") == 0
    assert "1 of the newest cannot be read" in terminal.out
    assert "cannot be read" in terminal.error("jobs", "show", lost)
    terminal.run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(terminal.out)["checks"]}
    assert checks["stored jobs"]["message"] == "1 of the newest 2 jobs cannot be read."


def test_a_filter_that_finds_nothing_is_not_an_empty_installation(terminal: Terminal) -> None:
    assert terminal.run("jobs", "list", "--state", "queued") == 0
    assert "No jobs yet" in terminal.out
    terminal.json("run", "rewrite", "-", stdin=TEXT.encode())
    assert terminal.run("jobs", "list", "--state", "queued") == 0
    assert "No job is queued; others that are kept: 1." in terminal.out
    assert "There is no state faild. Did you mean failed?" in terminal.error("jobs", "list", "--state", "faild")


def test_what_others_jobs_are_about_is_not_listed_and_reading_one_is_written_down(
    terminal: Terminal, settings: Settings
) -> None:
    own = terminal.json("run", "rewrite", "-", stdin=TEXT.encode())["job_id"]
    store = open_store(settings)
    other = finished_job(store, person="bob@example.com", inputs={"text": "The merger is off."}).id
    assert terminal.run("jobs", "list") == 0
    assert other in terminal.out
    assert "merger" not in terminal.out
    assert terminal.run("jobs", "show", own) == 0
    assert not [entry for entry in store.audit.walk() if entry.entry.action == "job.read"]
    assert terminal.run("jobs", "show", other) == 0
    assert terminal.run("jobs", "list", "--json") == 0
    read = [entry for entry in store.audit.walk() if entry.entry.action == "job.read"]
    assert [entry.thing for entry in read] == [other, other]
    store.close()


def test_a_job_of_others_that_is_cancelled_or_run_again_is_read_too(terminal: Terminal, settings: Settings) -> None:
    store = open_store(settings)
    waiting, _ = store.jobs.add(JobRequest("rewrite", {"text": TEXT}, "api", "bob@example.com"))
    for command in ("cancel", "retry"):
        assert terminal.run("jobs", command, waiting.id) == 0
    trail = [entry.entry.action for entry in store.audit.walk() if entry.thing == waiting.id]
    assert trail.count("job.read") == 2
    store.close()


def test_a_job_of_others_that_fails_again_is_written_down(
    terminal: Terminal, settings: Settings, openai_server: OpenAIServer
) -> None:
    store = open_store(settings)
    waiting, _ = store.jobs.add(JobRequest("rewrite", {"text": TEXT}, "api", "bob@example.com"))
    store.jobs.request_cancel(waiting.id)
    openai_server.key = "right"
    assert "INLAID_MODEL_KEY" in terminal.error("jobs", "retry", waiting.id)
    assert "job.read" in [entry.entry.action for entry in store.audit.walk() if entry.thing == waiting.id]
    store.close()
