"""What the pages of the console work with, and who is signed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request

from core.errors import CredentialError, ForbiddenError
from core.job import Job, JobRequest
from core.llm.models_file import ModelsFile
from core.people import Identity, People, load_people
from core.rate_limits import PersonLimits
from core.recipes.book import RecipeBook
from core.settings import Settings
from core.store import Store
from core.store.sessions import COOKIE, Sessions, SignedIn
from integrations.console.ports import Connections
from integrations.console.visitor import Visitor, require_own_page
from integrations.graph.sign_in import SignIn


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
        models: the endpoints and routes, for what is offered.
        identify: tells from an API token whose it is; raises CredentialError.
        local_browser: tells who sits at this machine when the request comes from a browser there, with an unused code;
            raises ForbiddenError.
        standing: tells what a signed-in person may see now; None when they may no longer sign in.
        microsoft: the sign-in at Microsoft 365, None when it is not set up.
        limits: how often a person may ask.
        submit: stores a job and has a worker look at it.
        wake: has a worker look at a job.
        tell: sends a job's state to those who watch.
        health: whether each part answers.
        connections: mailboxes, Slack and Microsoft 365.
    """

    settings: Settings
    store: Store
    recipes: RecipeBook
    models: ModelsFile
    identify: Callable[[str], SignedIn]
    local_browser: Callable[[Request, str], SignedIn] | None
    standing: Callable[[SignedIn], Visitor | None]
    microsoft: SignIn | None
    limits: PersonLimits
    submit: Callable[[JobRequest], Job]
    wake: Callable[[Job], None]
    tell: Callable[[Job], None]
    health: Callable[[], Mapping[str, bool]]
    connections: Connections
    sessions: Sessions = field(init=False)
    people: People = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", Sessions(self.store.records))
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
        self.limits.ask(visitor.workspace, visitor.person)
        return visitor

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
            raise ForbiddenError(
                "This page is for administrators.", fix="Ask one, or have your address added to INLAID_ADMINS."
            )
        return visitor
