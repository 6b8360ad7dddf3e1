"""What the pages of the console work with: who is signed in, and what the web process gives of other integrations.

Against forged requests of other sites the cookie is SameSite=Lax, and whatever changes something has to come from a
page of this server (`Origin`, Fetch Metadata: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Origin).
`Connections` is filled by `integrations.web.connections`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

from fastapi import Request

from core.audit.acting import note_person
from core.drafts import JsonObject
from core.errors import CredentialError, ForbiddenError, InputError
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile
from core.people import Identity, People, load_people
from core.policies.enforcement import Policies
from core.ports import Events
from core.rate_limits import PersonLimits
from core.recipes.book import RecipeBook
from core.recipes.model import Recipe
from core.recipes.trials import Trials
from core.runner.version_targets import HERE, VersionPlace
from core.settings import Settings
from core.signals.board import SignalBoard
from core.sources.management import SourceManager
from core.sources.model import Source
from core.store import Store
from core.store.language_choice import chosen_language
from core.store.rows import Scope
from core.store.sessions import COOKIE, SessionPerson, Sessions
from core.text.catalogues import current_locale, speak
from integrations.graph.sign_in import GraphSignIn
from integrations.openid.sign_in import OpenIdSignIn

# What is asked here is read here, as what is asked over the API.
SURFACE = "api"
# The report is beside the console, and uses the same session.
COOKIE_PATH = "/"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Of a mailbox in one of these states it is not true that new mail is noticed.
_BROKEN = frozenset({"error", "late"})


@dataclass(frozen=True)
class Visitor:
    """Who looks at the console, as the settings have it at this request.

    `name` is what to call them, `own_name` their name if one is known; `is_admin` opens what concerns others, in the
    workspaces of `scope`, which are all that there are when `is_admin_of_all`; `roles` are what their groups open.
    """

    workspace: str
    person: str
    name: str = ""
    address: str = ""
    is_admin: bool = False
    scope: Scope = field(default_factory=Scope)
    roles: frozenset[str] = frozenset()
    is_admin_of_all: bool = False
    own_name: str = ""

    @property
    def is_author(self) -> bool:
        """Say whether they may make and change recipes, which are the same in every workspace."""
        return self.is_admin_of_all or "author" in self.roles

    @property
    def decides_variants(self) -> bool:
        """Say whether they may decide on variants, which is for their own workspace alone."""
        return self.is_author or self.administers(self.workspace)

    def administers(self, workspace: str) -> bool:
        """Say whether they are an administrator of that workspace."""
        return self.is_admin and self.scope.covers(workspace)


def require_own_page(request: Request, public_url: str) -> None:
    """Return when a request that changes something comes from a page of this server.

    Args:
        request: what came.
        public_url: INLAID_PUBLIC_URL, which is this server's too: a proxy may take TLS off.

    Raises:
        ForbiddenError: it does not, or does not say.
    """
    if request.method not in _CHANGING:
        return
    site, origin = request.headers.get("sec-fetch-site", ""), request.headers.get("origin", "")
    is_own = origin in _own_origins(request, public_url) if origin else site == "same-origin"
    if not is_own or site not in {"", "same-origin"}:
        fix = "Open the console and repeat it there. Behind a proxy with https, INLAID_PUBLIC_URL has to be set."
        raise ForbiddenError("This request does not come from the console.", fix=fix)


def _own_origins(request: Request, public_url: str) -> set[str]:
    public = urlsplit(public_url)
    own = {f"{request.url.scheme}://{request.headers.get('host', '-')}"}
    return own | {f"{public.scheme}://{public.netloc}"} if public_url else own


class FormError(InputError):
    """A field of a form cannot be as it is; `field` is its name there."""

    def __init__(self, field: str, message: str, *, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.field = field


@dataclass(frozen=True)
class ImapForm:
    """An IMAP mailbox as the form gives it. `security` is `tls` or `none`; `token` goes before the password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    address: str
    security: str
    token: str = field(default="", repr=False)
    owner_name: str = ""


@dataclass(frozen=True)
class MailboxSummary:
    """A connected mailbox. Times are Unix seconds, 0 for never; `error` and `settings` as its command prints them.

    `trouble` says since when and how often it failed, and when the next try is. `login` is `password`, `oauth`, or ""
    where the console cannot renew it; `labels_error` says why mails bear no labels; `is_own` says whether the visitor
    may change the mailbox and see what was decided about its mail; `readers` are the people who share it.
    """

    name: str
    kind: str
    person: str
    place: str
    state: str
    notices: str
    checked_at: float
    noticed_at: float
    drafted_at: float
    renews_at: float
    error: Mapping[str, str] | None
    settings: Mapping[str, Any]
    login: str
    is_own: bool
    trouble: str = ""
    labels_error: Mapping[str, str] | None = None
    readers: Sequence[str] = ()

    @property
    def works(self) -> bool:
        """Whether new mail is noticed as `notices` says."""
        return self.state not in _BROKEN


@dataclass(frozen=True)
class MailboxDetails:
    """What only its owner sees; `following` newer mails precede the next page, `gaps_sent` are to be acknowledged."""

    voice: Mapping[str, Any] | None
    examples: Sequence[Mapping[str, str]]
    decisions: Sequence[Mapping[str, Any]]
    following: int = 0
    gaps_sent: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Platforms:
    """How Slack, Microsoft 365 and Google are connected; an empty link where there is none to follow."""

    slack_workspaces: Sequence[str]
    slack_link: str
    microsoft: str
    google: str


class ConsoleConnections(Protocol):
    """Mailboxes and platforms. All raise InlaidError with what is wrong and what to do."""

    @property
    def has_microsoft(self) -> bool:
        """Whether mailboxes of Microsoft 365 can be connected."""

    @property
    def has_google(self) -> bool:
        """Whether mailboxes at Gmail can be connected."""

    def mailboxes(self, visitor: Visitor) -> Sequence[MailboxSummary]:
        """Return the visitor's mailboxes, and those that they look after as an administrator."""

    def find(self, visitor: Visitor, name: str, person: str) -> MailboxSummary:
        """Return one of them."""

    def details(self, card: MailboxSummary, visitor: Visitor, before: int = 0) -> MailboxDetails:
        """Return what only the owner of a mailbox sees, of its mails those after the `before` newest."""

    def add_imap(self, visitor: Visitor, form: ImapForm) -> str:
        """Test a mailbox, save it, and return its name. A FormError names a field of the form."""

    def renew_login(self, visitor: Visitor, name: str, *, password: str, token: str) -> None:
        """Test the visitor's mailbox with a new password or access token, and save that alone."""

    def microsoft_link(self, visitor: Visitor, shared: str) -> str:
        """Return where the visitor connects a mailbox at Microsoft 365, theirs or one that is shared with them."""

    def google_link(self, visitor: Visitor) -> str:
        """Return where the visitor connects a mailbox at Gmail."""

    def change(self, visitor: Visitor, name: str, changes: Mapping[str, Any]) -> None:
        """Change settings of the visitor's mailbox. A FormError names one of them."""

    def check(self, visitor: Visitor, name: str) -> int:
        """Look for new mail now, and return how many mails were looked at."""

    def groups(self) -> Sequence[JsonObject] | None:
        """Return the groups of Entra whose members' mailboxes are connected; None where Microsoft is not set up."""

    def connect_group(self, wanted: str) -> None:
        """Connect the mailboxes of a group, by name or id, after a test of one of them."""

    def end_group(self, name: str) -> None:
        """Forget a group with the mailboxes that it connected."""

    def draft_anyway(self, visitor: Visitor, name: str, mail: str) -> None:
        """Have a draft made for a mail of the visitor's mailbox; for one that looks like fraud it only warns."""

    def acknowledge_gaps(self, visitor: Visitor, name: str, mail: str) -> None:
        """Note that the visitor knows that a mail was answered with a question to them still in it."""

    def learn_voice(self, visitor: Visitor, name: str) -> None:
        """Note consent, and learn how the owner writes from their sent mail."""

    def forget_voice(self, visitor: Visitor, name: str) -> None:
        """Withdraw consent, and delete what was learnt."""

    def remove(self, visitor: Visitor, name: str, person: str) -> None:
        """Forget a mailbox: one's own, or one in a workspace that the visitor administers."""

    def leave(self, names: Sequence[tuple[str, str]]) -> None:
        """Forget all mailboxes of (workspace, person), at Microsoft too; for a person who is deleted."""

    def platforms(self, visitor: Visitor) -> Platforms:
        """Return how the platforms are connected, with the workspaces that the visitor administers."""


class NotSignedIn(CredentialError):
    """Nobody is signed in; the browser is led to the sign-in."""

    code = "not_signed_in"


@dataclass(frozen=True)
class ConsoleContext:
    """What is there.

    Args:
        settings: of the process.
        store: jobs, records, outcomes.
        recipes: as they are now.
        trials: of recipes on past work.
        models: the endpoints and routes, for what is offered.
        identify: tells from an API token whose it is; raises CredentialError.
        local_browser: tells who sits at this machine, whose browser has an unused code; raises ForbiddenError.
        standing: tells what a signed-in person may see now, or None if they may no longer sign in.
        microsoft, openid: the sign-in there, or None if it is not set up.
        sessions: who is signed in.
        limits: how often a person may ask.
        policies: what people may.
        submit: stores a job and has a worker look at it.
        wake: has a worker look at a job.
        tell: sends a job's state to those who watch.
        events: what workers tell of a job under way.
        health: whether each part answers.
        connections: mailboxes, Slack and Microsoft 365.
        sources: what answers rest on.
        invite_source: returns the link by which a source is added with the sign-in of its owner.
        signals: what scans of sources found.
    """

    settings: Settings
    store: Store
    recipes: RecipeBook
    trials: Trials
    models: ModelsFile
    identify: Callable[[str], SessionPerson]
    local_browser: Callable[[Request, str], SessionPerson] | None
    standing: Callable[[SessionPerson], Visitor | None]
    microsoft: GraphSignIn | None
    openid: OpenIdSignIn | None
    sessions: Sessions
    limits: PersonLimits
    policies: Policies
    submit: Callable[[JobRequest], Job]
    wake: Callable[[Job], None]
    tell: Callable[[Job], None]
    events: Events
    health: Callable[[], Mapping[str, bool]]
    connections: ConsoleConnections
    sources: SourceManager
    invite_source: Callable[[Source], str]
    signals: SignalBoard
    people: People = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", load_people(self.settings, self.store.records))

    def visitor(self, request: Request) -> Visitor:
        """Return who is signed in.

        Raises:
            NotSignedIn: nobody is signed in.
            ForbiddenError: the request does not come from a page of the console.
        """
        require_own_page(request, self.settings.public_url)
        who = self.sessions.find(request.cookies.get(COOKIE, ""))
        visitor = self.standing(who) if who else None
        if visitor is None:
            raise NotSignedIn("Nobody is signed in.", fix="Sign in to the console.")
        home = self.people.require_enabled(visitor.workspace, visitor.person)
        note_person(visitor.workspace, visitor.person, visitor.name or visitor.address)
        self.limits.ask(home)
        request.state.language = chosen_language(self.store.records, home) or current_locale()
        speak(request.state.language)
        return visitor

    def ask(
        self,
        who: Visitor | Job,
        recipe: Recipe,
        inputs: Mapping[str, Any],
        *,
        model: str = "",
        place: VersionPlace = HERE,
    ) -> Job:
        """Store a job of a visitor, or of who asked for another job, from checked inputs; `place` is where it goes.

        See `JobRequest` for what else it may have; raises as `core.submit.Intake.add`.
        """
        return self.submit(
            JobRequest(
                recipe.name,
                dict(inputs),
                place.surface or SURFACE,
                who.person,
                workspace=who.workspace,
                queue=recipe.queue,
                model=model,
                target=place.target,
                blobs=dict(place.files),
            )
        )

    def names(self, visitor: Visitor) -> list[Identity]:
        """Return every name of a visitor, whichever door they came through."""
        return self.people.names(visitor.workspace, visitor.person)

    def admin(self, request: Request) -> Visitor:
        """Return who is signed in as an administrator.

        Raises:
            NotSignedIn: nobody is signed in.
            ForbiddenError: the visitor is no administrator.
        """
        visitor = self.visitor(request)
        if not visitor.is_admin:
            fix = "Ask one, or have your address added to INLAID_ADMINS."
            raise ForbiddenError("This page is for administrators.", fix=fix)
        return visitor

    def author(self, request: Request) -> Visitor:
        """Return who is signed in as an author of recipes.

        Raises:
            NotSignedIn: nobody is signed in.
            ForbiddenError: the visitor is neither an author nor an administrator of all workspaces.
        """
        visitor = self.visitor(request)
        if not visitor.is_author:
            fix = "Ask one, or have your group named as author in INLAID_GROUP_ROLES."
            raise ForbiddenError("Recipes apply to everybody; only their authors can change them.", fix=fix)
        return visitor

    def decider(self, request: Request) -> Visitor:
        """Return who is signed in and decides on the variants of recipes in their workspace.

        Raises:
            NotSignedIn: nobody is signed in.
            ForbiddenError: the visitor is neither an author nor an administrator there.
        """
        visitor = self.visitor(request)
        if not visitor.decides_variants:
            fix = "Ask one, or have your group named in INLAID_GROUP_ROLES."
            raise ForbiddenError("Only authors and administrators decide on variants.", fix=fix)
        return visitor
