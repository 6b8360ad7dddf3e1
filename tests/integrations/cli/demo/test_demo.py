"""The report of the demo tells in words what the checks remarked."""

from dataclasses import replace

from core.drafts import Draft, Finding
from core.store import Store
from integrations.cli.demo.demo import report_row
from tests.core.insight.making import finished_job


def test_what_the_checks_remarked_stands_in_words(sqlite_store: Store) -> None:
    job = finished_job(sqlite_store)
    finding = Finding(check="likely_fault", severity="warn", sentence="It may be meant.")
    draft = Draft(job_id=job.id, recipe="proofread", text="Its here.", findings=[finding])
    assert report_row(replace(job, draft=draft))[3] == "a fault that may be meant"
    assert report_row(replace(job, draft=draft.model_copy(update={"findings": []})))[3] == "all passed"
