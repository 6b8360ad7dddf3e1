"""The web process's wiring of `/mcp`: the tools of the person whose token a request carries."""

import base64
import binascii
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from core.drafts import Edit
from core.errors import InputError
from core.job import Job
from core.recipes.model import Recipe
from core.sources.search import Sources
from core.writing.lanes import usable_recipes
from integrations.api.forms import checked_inputs
from integrations.api.services import ApiServices, Caller, let_in
from integrations.mcp.server import McpEndpoint, make_server
from integrations.mcp.workplace import DocumentParagraph, FoundPassage, SavedDocument

SURFACE = "mcp"
# Where a request keeps who sent it.
CALLER = "inlaid_caller"


@dataclass(frozen=True)
class TokenWorkplace:
    """See `integrations.mcp.workplace.Workplace`. Documents come and go in base64.

    Args:
        caller: the person of the token.
        sources: what questions are answered from.
    """

    caller: Caller
    sources: Sources
    document_help: str = "its bytes in base64."

    def recipes(self) -> Sequence[Recipe]:
        """See the Protocol."""
        api = self.caller.api
        return usable_recipes(api.recipes, api.models, self.caller.policy, SURFACE)

    def submit(self, recipe: Recipe, inputs: Mapping[str, Any]) -> Job:
        """See the Protocol."""
        self.caller.api.limits.submit(self.caller.home)
        return self.caller.submit(recipe, checked_inputs(recipe, inputs), None, surface=SURFACE)

    def job(self, job_id: str) -> Job:
        """See the Protocol."""
        return self.caller.own_job(job_id)

    def cancel(self, job_id: str) -> None:
        """See the Protocol."""
        self.caller.api.tell(self.caller.api.store.jobs.request_cancel(self.caller.own_id(job_id)))

    def search(self, question: str, limit: int) -> Sequence[FoundPassage]:
        """See the Protocol."""
        found = self.sources.search(self.caller.workspace, self.caller.person, question, limit=limit)
        return [FoundPassage.of(passage) for passage in found]

    def paragraphs(self, document: str) -> Sequence[DocumentParagraph]:
        """See the Protocol."""
        return [DocumentParagraph(**row) for row in self.caller.api.documents.paragraphs(self._bytes(document))]

    def redline(self, document: str, edits: Sequence[Edit]) -> SavedDocument:
        """See the Protocol."""
        data = self._bytes(document)
        known = {row["id"]: row["hash"] for row in self.caller.api.documents.paragraphs(data)}
        refused = {edit.id: "The paragraph is not as it was read." for edit in edits if known.get(edit.id) != edit.hash}
        made = [edit for edit in edits if edit.id not in refused]
        changed = self.caller.api.documents.with_edits(data, made, time.time())
        return SavedDocument(data=changed, changed=[edit.id for edit in made], refused=refused)

    def _bytes(self, document: str) -> bytes:
        try:
            data = base64.b64decode(document, validate=True)
        except (binascii.Error, ValueError):
            raise InputError("The document is not in base64.", fix="Send the bytes of the .docx in base64.") from None
        self.caller.api.check_document(data)
        return data


def mcp_endpoint(api: ApiServices, sources: Sources) -> McpEndpoint:
    """Return the app at `/mcp`: every request carries a token with the scope `mcp`."""

    async def authorize(scope: Scope) -> None:
        scope[CALLER] = await let_in(api, Headers(scope=scope).get("authorization"), "mcp")

    def workplace_of(request: Request | None) -> TokenWorkplace:
        assert request is not None
        return TokenWorkplace(request.scope[CALLER], sources)

    return McpEndpoint(make_server(workplace_of, tail=api.feed.tail), authorize)
