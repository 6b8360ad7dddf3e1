import pytest

from core.drafts import Draft, Escalation, Finding
from core.errors import ModelOutage
from core.job import Job, JobRequest
from core.store import Store
from core.text.catalogues import speaking
from integrations.api.words import told_error, told_job

ERROR = {"code": "not_found", "message": "There is no such file.", "fix": "Load the page again."}


def _job(store: Store) -> Job:
    job, _ = store.jobs.add(JobRequest("rewrite", {"text": "There is no such file."}, "word", "ann"))
    return job


def test_an_error_is_told_in_the_language_of_whoever_asks() -> None:
    assert told_error(ERROR) == ERROR
    with speaking("de"):
        assert told_error(ERROR) == {
            "code": "not_found",
            "message": "Diese Datei gibt es nicht.",
            "fix": "Laden Sie die Seite neu.",
        }


def test_the_text_of_a_draft_stays_as_it_is_also_where_it_says_what_we_say(sqlite_store: Store) -> None:
    job = _job(sqlite_store)
    claimed = sqlite_store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    finding = Finding(check="gaps", severity="warn", sentence="There is no such file.")
    draft = Draft(job_id=job.id, recipe="rewrite", text="There is no such file.", findings=[finding])
    sqlite_store.leases.finish(claimed, draft)
    with speaking("de"):
        shown = told_job(sqlite_store.jobs.get(job.id))
    assert shown["draft"]["text"] == "There is no such file."
    assert shown["draft"]["findings"][0]["sentence"] == "Diese Datei gibt es nicht."


@pytest.mark.parametrize(("surface", "is_told"), [("word", False), ("outlook", False), ("api", True)])
def test_a_pane_shows_no_address_of_a_model_server(sqlite_store: Store, surface: str, is_told: bool) -> None:
    job, _ = sqlite_store.jobs.add(JobRequest("rewrite", {"text": "Hi"}, surface, "ann"))
    claimed = sqlite_store.leases.claim(job.id, lease_seconds=60)
    assert claimed
    sqlite_store.leases.fail(claimed, ModelOutage("The model server at http://models cannot be reached.", fix="Look."))
    shown = told_job(sqlite_store.jobs.get(job.id))
    assert shown["error"]["code"] == "model_outage"
    assert ("http://models" in shown["error"]["message"]) is is_told


@pytest.mark.parametrize(("surface", "is_said"), [("word", True), ("outlook", True), ("api", False)])
def test_a_pane_says_why_no_text_of_a_model_was_used(sqlite_store: Store, surface: str, is_said: bool) -> None:
    why = "The model wrote nothing that could be used."
    left = (Escalation(source="large", to="skeleton", reason=why),)
    for text, is_open in (("[[What do you want to answer?]]", True), (f"There is no summary: {why}", False)):
        job, _ = sqlite_store.jobs.add(JobRequest("reply", {"text": "Hi"}, surface, "ann"))
        claimed = sqlite_store.leases.claim(job.id, lease_seconds=60)
        assert claimed
        draft = Draft(job_id=job.id, recipe="reply", text=text, skeleton=True, escalations=left)
        sqlite_store.leases.finish(claimed, draft)
        notices = told_job(sqlite_store.jobs.get(job.id))["draft"]["notices"]
        assert notices == ([f"This needs your words: {why}"] if is_said and is_open else [])


@pytest.mark.parametrize("surface", ["word", "api"])
def test_a_refusal_is_told_in_the_language_of_whoever_asks(sqlite_store: Store, surface: str) -> None:
    why = "The model wrote nothing that could be used."
    left = (Escalation(source="large", to="skeleton", reason=why),)
    for recipe, text, notices in (
        ("summarize", f"There is no summary: {why}", 0),
        ("ask", "No passage answers it.", 0),
    ):
        job, _ = sqlite_store.jobs.add(JobRequest(recipe, {"text": "Hi"}, surface, "ann"))
        claimed = sqlite_store.leases.claim(job.id, lease_seconds=60)
        assert claimed
        draft = Draft(job_id=job.id, recipe=recipe, text=text, skeleton=True, escalations=left)
        sqlite_store.leases.finish(claimed, draft)
        with speaking("de"):
            shown = told_job(sqlite_store.jobs.get(job.id))["draft"]
        assert (shown["text"] != text, len(shown["notices"])) == (recipe == "summarize", notices)
