"""Jobs that have run, for tests of the report."""

from typing import Any

from core.drafts import Draft
from core.errors import InputError
from core.job import Job, JobRequest
from core.store import Store


def finished_job(store: Store, person: str = "ann", text: str = "Hello Ann, see you at 3 pm.", **given: Any) -> Job:
    """Store a job with a draft; `given` are parts of the request or of the draft."""
    request_keys = {"recipe", "surface", "workspace", "inputs", "target"}
    request = {key: value for key, value in given.items() if key in request_keys}
    request = {"recipe": "reply", "surface": "api", "inputs": {"message": "Hi"}, **request}
    draft = {key: value for key, value in given.items() if key not in request_keys}
    job, _ = store.jobs.add(JobRequest(person=person, **request))
    claimed = store.leases.claim(job.id, lease_seconds=30)
    assert claimed is not None
    done = store.leases.finish(claimed, Draft(**{"recipe": job.recipe, "text": text, **draft}))
    return store.leases.delivered(done)


def failed_job(store: Store, person: str = "ann") -> Job:
    """Store a job that failed."""
    job, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "api", person))
    claimed = store.leases.claim(job.id, lease_seconds=30)
    assert claimed is not None
    return store.leases.fail(claimed, InputError("No."))
