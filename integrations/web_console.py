"""The web process's wiring of the console: who may come in, and what its pages reach in other integrations."""

from collections.abc import Callable, Mapping

from fastapi import Request

from core.errors import SettingsError
from core.jobs import LOCAL_WORKSPACE
from core.recipes.book import RecipeBook
from core.settings import Settings
from core.store.records import RecordStore
from integrations.api.access import Access
from integrations.api.services import ApiServices
from integrations.api.sessions import require_own_browser
from integrations.console.desk import ConsoleDesk
from integrations.console.sessions import COOKIE, Sessions, Visitor
from integrations.graph.sign_in import SignIn, make_sign_in
from integrations.report.routes import Guard, Viewer
from integrations.web_connections import WebConnections


def console_desk(
    settings: Settings, api: ApiServices, recipes: RecipeBook, health: Callable[[], Mapping[str, bool]]
) -> ConsoleDesk:
    """Return what the console works with."""
    sessions = api.access.sessions

    def own_browser(request: Request) -> Visitor:
        assert sessions
        server = request.scope.get("server")
        require_own_browser(request.headers, request.scope.get("client"), (server[0], server[1]) if server else None)
        return _visitor(settings, api.access, sessions.open())

    return ConsoleDesk(
        settings=settings,
        store=api.store,
        recipes=recipes,
        identify=lambda token: _visitor(settings, api.access, token),
        own_browser=own_browser if sessions else None,
        microsoft=_microsoft(settings, api.store.records),
        submit=api.submit,
        wake=api.wake,
        tell=api.tell,
        health=health,
        connections=WebConnections(settings, api.store, api.submit, is_only_one=sessions is not None),
    )


def session_or_token(records: RecordStore, by_token: Guard) -> Guard:
    """Return a guard of the report that takes the console's session, else a token."""
    sessions = Sessions(records)

    def guard(request: Request) -> Viewer:
        visitor = sessions.find(request.cookies.get(COOKIE, ""))
        if visitor is None:
            return by_token(request)
        scope = "" if visitor.workspace == LOCAL_WORKSPACE else visitor.workspace
        return Viewer(visitor.person, visitor.workspace, scope)

    return guard


def _visitor(settings: Settings, access: Access, token: str) -> Visitor:
    """Return whom a token stands for. Where one person runs everything, that person is the administrator."""
    who = access.identify(f"Bearer {token}")
    is_only_one = access.sessions is not None and who.workspace == LOCAL_WORKSPACE
    is_admin = is_only_one or who.person.casefold() in {one.casefold() for one in settings.admins}
    # Without an address of the owner's, the key of the person at this machine only looks like one.
    address = settings.owner_address if is_only_one else who.person if "@" in who.person else ""
    name = settings.owner_name if is_only_one else ""
    return Visitor(who.workspace, who.person, name or address or "You", address, is_admin)


def _microsoft(settings: Settings, records: RecordStore) -> SignIn | None:
    if not settings.microsoft_tenants and not settings.microsoft_tenant_id:
        return None
    try:
        return make_sign_in(settings, records)
    except SettingsError:
        return None
