"""Runs `web` or `worker` of the release after this one, which does not exist yet.

It is this code with what a next release may bring by the rules of `worker/README.md`: one migration more, which only
adds, and keys in what it stores of a job that older code does not know.
"""

from typing import Any

from core.drafts import Draft
from core.job import JobRequest
from core.privacy import Cipher
from core.store import jobs, leases, migrate, rows

NEXT = f"{int(migrate.HEAD) + 1:04}"
FURTHER = {"mood": "sunny", "usual": {"again": True}}


def _request(request: JobRequest, cipher: Cipher) -> bytes:
    stored: Any = cipher.open(request.workspace, rows.sealed_request(request, cipher))
    return cipher.seal(request.workspace, stored | FURTHER)


def _draft(workspace: str, draft: Draft, cipher: Cipher) -> bytes:
    stored: Any = cipher.open(workspace, rows.sealed_draft(workspace, draft, cipher))
    stored["usage"] |= FURTHER
    return cipher.seal(workspace, stored | FURTHER)


def main() -> None:
    """Run the part that is asked for."""
    from integrations.cli.processes.run import main as run

    migrate.HEAD = NEXT
    jobs.sealed_request = _request  # type: ignore[attr-defined]
    leases.sealed_draft = _draft  # type: ignore[attr-defined]
    run()


if __name__ == "__main__":
    main()
