"""The surface `notes`: a notice board asks over HTTP, and gets each result once, in its SQLite file."""

import hashlib
import hmac
import os
import sqlite3
from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from core.drafts import JsonObject
from core.errors import InlaidError, OutageError
from core.job import Job, JobRequest
from core.ports import RouterContext, SurfaceContext

SURFACE = "notes"
WORKSPACE = "notes"
MAX_KEY_CHARS = 200


class Note(BaseModel):
    """What the board asks for."""

    model_config = ConfigDict(extra="forbid")

    key: str
    person: str
    recipe: str
    inputs: dict[str, str]


async def _body(request: Request) -> bytes:
    return await request.body()


def notes_router(context: RouterContext) -> APIRouter:
    """Return the board's route. Nobody but the package looks at who sends."""
    router = APIRouter()

    @router.post("/notes")
    def ask(body: Annotated[bytes, Depends(_body)], x_notes_signature: Annotated[str, Header()] = "") -> JSONResponse:
        if not _is_signed(body, x_notes_signature):
            return JSONResponse({"message": "The signature is wrong."}, 401)
        try:
            note = Note.model_validate_json(body)
            # A job needs no target where its surface and its own id say where the result goes.
            wanted = JobRequest(
                note.recipe, dict(note.inputs), SURFACE, note.person, WORKSPACE, note.key[:MAX_KEY_CHARS]
            )
            return JSONResponse({"job": context.submit(wanted).id}, 202)
        except ValidationError:
            return JSONResponse({"message": "Send key, person, recipe and inputs."}, 422)
        except InlaidError as error:
            return JSONResponse(error.to_json(), 503 if error.retryable else 422)

    return router


class NotesSurface:
    """See `core.ports.Surface`."""

    def prepare(self, job: Job, context: SurfaceContext) -> JsonObject:
        """Return nothing: the request held all inputs."""
        del job, context
        return {}

    def deliver(self, job: Job, context: SurfaceContext) -> None:
        """Write the result, or why there is none, onto the board; a second time changes nothing.

        The board takes each job once, by its id. Where a place cannot, `context.effects` says what was begun.
        """
        del context
        try:
            with closing(sqlite3.connect(os.environ["NOTES_BOARD"])) as board, board:
                board.execute("CREATE TABLE IF NOT EXISTS notes (job TEXT PRIMARY KEY, person TEXT, text TEXT)")
                board.execute("INSERT OR IGNORE INTO notes VALUES (?, ?, ?)", (job.id, job.person, _told(job)))
        except (KeyError, sqlite3.OperationalError) as error:
            raise OutageError("The board cannot be written now.", fix="Look whether NOTES_BOARD is right.") from error


def _told(job: Job) -> str:
    """Return what stands on the board: a list result has entries in place of a text."""
    if job.draft is None or job.state == "failed":
        error = job.error or {}
        return f"{error.get('message', '')} {error.get('fix', '')}".strip()
    if job.draft.entries is None:
        return job.draft.text
    return "\n".join(f"- {entry.in_line()}" for entry in job.draft.entries) or "Nothing found."


def _is_signed(body: bytes, signature: str) -> bool:
    secret = os.environ.get("NOTES_SECRET", "")
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode())
