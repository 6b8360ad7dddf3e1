"""What the handlers use, and who calls them."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Protocol, TypedDict
from uuid import UUID

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from core.audit.acting import note_person
from core.drafts import Edit, JsonObject
from core.errors import NotFoundError, UnreadableJob
from core.job import DriveTarget, Job, JobRequest, Target
from core.llm.models_file import ModelsFile
from core.people import People
from core.policies.enforcement import Policies
from core.policies.resolution import PersonPolicy
from core.rate_limits import PersonLimits
from core.recipes.book import RecipeBook
from core.recipes.model import Recipe
from core.recipes.trials import Trials
from core.runner.retries import RetryBudget
from core.signals.board import SignalBoard
from core.sources.management import SourceManager, SourceUser
from core.sources.model import Source
from core.sources.recipients import Recipient
from core.store import Store
from core.store.person_export import PersonExport
from core.store.rows import Scope
from core.store.waits import Waits
from integrations.api.access import Access, CallerIdentity
from integrations.api.answers import errors_of
from integrations.api.events import EventFeed
from integrations.api.forms import dedupe_key

# What answers so has stored work to be done.
ACCEPTED = 202
SURFACE = "api"
# For the description of the API alone: `GuardedRoute` looks at the token before anything of a request is read.
TOKEN = HTTPBearer(scheme_name="token", description="`inlaid tokens add` makes one.", auto_error=False)


class ReadParagraph(TypedDict):
    """A paragraph of a document; `is_margin` for one of a header, a footer or a text box."""

    id: str
    hash: str
    text: str
    is_margin: bool


class Documents(Protocol):
    """What can be done with a document that the worker has read without harm."""

    def paragraphs(self, data: bytes) -> list[ReadParagraph]:
        """Return the paragraphs, as a job on paragraphs takes them."""

    def with_edits(self, data: bytes, edits: Sequence[Edit], at: float) -> bytes:
        """Return the document with the edits as tracked changes of that time (Unix seconds)."""


class NewMails(Protocol):
    """Addresses a new mail; see `integrations.mail.accounts.new_mail.address_new_mail`."""

    def __call__(
        self, who: CallerIdentity, recipe: Recipe, inputs: Mapping[str, Any], *, to: Sequence[str], mailbox: str
    ) -> tuple[Target, JsonObject]:
        """Return target and inputs of the job.

        Raises:
            NotFoundError: the person has connected no such mailbox.
            InputError: a recipient is no email address, or the recipe gives no text.
        """


# A name, "" for none, and a mail address.
NamedAddress = tuple[str, str]


class Mailboxes(Protocol):
    """Mailboxes of people; see `integrations.mail.accounts.own_mailboxes`."""

    def listed(self, who: tuple[str, str]) -> list[JsonObject]:
        """Return a person's mailboxes."""

    def change(self, who: tuple[str, str], name: str, changes: Mapping[str, Any]) -> JsonObject:
        """Change settings of one of them. Raises NotFoundError, InputError."""


@dataclass(frozen=True)
class ApiServices:
    """What the API works with.

    Args:
        store: jobs, files and outcomes.
        recipes: by name, as they are now.
        models: the endpoints and routes, for what is offered.
        access: knows the persons.
        people: knows which sign-ins are one person's.
        leave: disconnects the mailboxes of some names of a person, and returns how many.
        export: makes the export of a person of some names.
        administered: tells which workspaces somebody administers, None where they are no administrator.
        feed: the event stream of a job.
        submit: stores a job, wakes a worker later, and returns the job.
        wake: wakes a worker later.
        tell: sends the job's state to those who watch, later.
        check_document: refuses what is not a Word document, with a `DocumentError`.
        documents: opens documents.
        new_mails: addresses new mails.
        recipients: tells who of some addresses, each with a name, are of the organisation of the first.
        waiting_draft: returns the job of the draft that waits for the thread of a mail in a person's mailbox.
        mailboxes: what people have set for their mailboxes.
        limits: how often a person may ask.
        waits: tells how long a job will wait.
        retries: how often and how long a job is tried.
        policies: what people may.
        trials: of recipes on past work.
        sources: what answers rest on.
        invite_source: returns the link by which a source is added with the sign-in of its owner.
        signals: what scans of sources found.
        webhook_secret: signs outside events; "" takes none.
    """

    store: Store
    recipes: RecipeBook
    models: ModelsFile
    access: Access
    people: People
    leave: Callable[[Sequence[tuple[str, str]]], int]
    export: Callable[[Sequence[tuple[str, str]]], PersonExport]
    administered: Callable[[CallerIdentity], Scope | None]
    feed: EventFeed
    submit: Callable[[JobRequest], Job]
    wake: Callable[[Job], None]
    tell: Callable[[Job], None]
    check_document: Callable[[bytes], None]
    documents: Documents
    new_mails: NewMails
    recipients: Callable[[NamedAddress, Sequence[NamedAddress]], Sequence[Recipient]]
    waiting_draft: Callable[[tuple[str, str], str, Sequence[str]], str]
    mailboxes: Mailboxes
    limits: PersonLimits
    waits: Waits
    retries: RetryBudget
    policies: Policies
    trials: Trials
    sources: SourceManager
    invite_source: Callable[[Source], str]
    signals: SignalBoard
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True)
class Caller:
    """The person who asks, with what a handler needs to answer; `home` is the same at every door of theirs."""

    api: ApiServices
    who: CallerIdentity
    home: tuple[str, str]

    @property
    def person(self) -> str:
        """The person's key within the workspace."""
        return self.who.person

    @property
    def workspace(self) -> str:
        """The person's workspace."""
        return self.who.workspace

    @property
    def policy(self) -> PersonPolicy:
        """What holds for the person; raises as `Policies.of`."""
        return self.api.policies.of(self.workspace, self.person)

    @property
    def source_user(self) -> SourceUser:
        """The person as somebody who manages sources."""
        names = frozenset((name.workspace, name.person) for name in self.api.people.names(self.workspace, self.person))
        return SourceUser(self.workspace, self.person, names, self.api.administered(self.who))

    def submit(  # noqa: PLR0913 - the parts of a request
        self,
        recipe: Recipe,
        inputs: Mapping[str, Any],
        key: str | None,
        *,
        target: Target | None = None,
        surface: str = SURFACE,
        model: str = "",
        files: Mapping[str, bytes] | None = None,
    ) -> Job:
        """Store a job of this person.

        Args:
            recipe: what is to be done.
            inputs: the checked inputs.
            key: the `Idempotency-Key`, which the person chose.
            target: where the result goes.
            surface: where the person sits.
            model: the model to use, "" for the route's.
            files: files of the job.

        Raises:
            PolicyRefused: the person may not ask for it.
            ConflictError: the key came before with other content.
            StoreOutage: nothing was stored.
        """
        return self.api.submit(
            JobRequest(
                recipe.name,
                dict(inputs),
                surface=surface,
                person=self.person,
                workspace=self.workspace,
                dedupe_key=dedupe_key(self.person, key),
                queue=recipe.queue,
                model=model,
                target=target,
                blobs=dict(files or {}),
                is_read=isinstance(target, DriveTarget),
            )
        )

    def own_job(self, job_id: str) -> Job:
        """Return a job of this person.

        Raises:
            NotFoundError: it does not exist, or is somebody else's, which looks the same.
            UnreadableJob: it cannot be opened.
        """
        return self._own(job_id, self.api.store.jobs.get)

    def own_id(self, job_id: str) -> str:
        """Return the id of a job of this person, also of one that cannot be read.

        Raises:
            NotFoundError: it does not exist, or is somebody else's, which looks the same.
        """
        return self._own(job_id, self.api.store.jobs.peek).id

    def _own(self, job_id: str, read: Callable[[str], Job]) -> Job:
        missing = NotFoundError("There is no such job.", fix="GET /api/v1/jobs lists yours.")
        try:
            job = read(str(UUID(job_id)))
        except UnreadableJob:
            self.own_id(job_id)  # that it is there is nobody else's business
            raise
        except (ValueError, NotFoundError):
            raise missing from None
        if not self.api.people.is_same((job.workspace, job.person), (self.workspace, self.person)):
            raise missing
        return job


async def let_in(api: ApiServices, authorization: str | None, scope: str) -> Caller:
    """Return who a token is of, before anything of the request's body is read.

    Raises:
        CredentialError, ForbiddenError, OutageError: see `Access.identify` and `People.let_in`.
        RateLimited: they have asked too often.
    """
    # In a thread: a token of Entra's may need the authority's keys first.
    who = await run_in_threadpool(api.access.identify, authorization, scope)
    note_person(who.workspace, who.person)
    home = await run_in_threadpool(api.people.let_in, who.workspace, who.person)
    api.limits.ask(home)
    return Caller(api, who, home)


class GuardedRoute(APIRoute):
    """Asks for the token before the body is read, so that a stranger cannot make us parse anything.

    Each subclass names the scope that a token has to be made for.
    """

    scope: ClassVar[str]

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        told = errors_of(path, set(options.get("methods") or {"GET"})) | (options.pop("responses", None) or {})
        super().__init__(path, endpoint, responses=told, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the check."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            api: ApiServices = request.app.state.api
            found = await let_in(api, request.headers.get("authorization"), self.scope)
            if self.status_code == ACCEPTED:
                api.limits.submit(found.home)
            request.state.caller = found
            return await handle(request)

        return guarded


class JobsRoute(GuardedRoute):
    """A route of jobs and their results."""

    scope = "jobs"


class AdminRoute(GuardedRoute):
    """A route of administrators."""

    scope = "admin"


class DocumentsRoute(GuardedRoute):
    """A route of documents."""

    scope = "documents"


class SourcesRoute(GuardedRoute):
    """A route of what answers rest on."""

    scope = "sources"


async def caller(
    request: Request, _told: Annotated[HTTPAuthorizationCredentials | None, Security(TOKEN)] = None
) -> Caller:
    """Return who `GuardedRoute` let in. Async only because a sync dependency would cost a thread."""
    known: Caller = request.state.caller
    return known


AnyCaller = Annotated[Caller, Depends(caller)]
