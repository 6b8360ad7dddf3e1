"""The web process's wiring of the console: who may come in, and what its pages reach in other integrations.

An administrator administers their own organisation. Where the installation serves one organisation (one Entra
tenant at most, Slack only by INLAID_SLACK_BOT_TOKEN) that is all of it. Where it serves several, an administrator from
a tenant of Entra sees that tenant alone, and one from the local workspace what belongs to no tenant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from fastapi import Request

from core.audit.acting import note_person
from core.connect_links import Owner
from core.errors import ForbiddenError, SettingsError
from core.job import LOCAL_WORKSPACE, Job, JobRequest
from core.people import People, load_people
from core.ports import Events
from core.recipes.book import RecipeBook
from core.roles import Roles, roles_of, sees_all_figures
from core.settings import Settings
from core.store.records import RecordStore
from core.store.rows import Scope
from core.store.sessions import COOKIE, Renewal, SessionPerson, Sessions, Way
from core.text.catalogues import N_
from integrations.api.access import Access, CallerIdentity
from integrations.api.services import ApiServices
from integrations.api.sessions import require_own_browser
from integrations.console.context import ConsoleContext, Visitor, require_own_page
from integrations.console.sign_in import SCOPES, signed_in_by_openid
from integrations.frame.pages import REPORT, menu_of
from integrations.graph.sign_in import GraphSignIn, make_sign_in
from integrations.mail.mailbox.sign_in_pages import Browsers
from integrations.openid.sign_in import OpenIdAccount, OpenIdSignIn, make_openid
from integrations.report.routes import Guard, Viewer, token_guard
from integrations.web.connections import WebConnections

Standing = Callable[[SessionPerson], Visitor | None]


@dataclass(frozen=True)
class BrowserSignIns:
    """How people come in by browser, once for a process: what a provider says of itself is asked for once.

    Attributes:
        microsoft: the sign-in at Microsoft 365, None where it is not set up.
        openid: the sign-in at the OpenID provider, None where it is not set up.
        sessions: who is signed in; a session ends with the account at its provider.
    """

    microsoft: GraphSignIn | None
    openid: OpenIdSignIn | None
    sessions: Sessions


def load_sign_ins(settings: Settings, records: RecordStore) -> BrowserSignIns:
    """Return the ways in of an installation."""
    microsoft, openid = make_microsoft(settings, records), make_openid(settings)
    return BrowserSignIns(microsoft, openid, _sessions(records, microsoft, openid))


def console_context(
    settings: Settings,
    api: ApiServices,
    recipes: RecipeBook,
    events: Events,
    health: Callable[[], Mapping[str, bool]],
    sign_ins: BrowserSignIns,
) -> ConsoleContext:
    """Return what the console works with."""
    access, records = api.access, api.store.records

    def submit(request: JobRequest) -> Job:
        api.limits.submit(api.people.identity(request.workspace, request.person))
        return api.submit(request)

    return ConsoleContext(
        settings=settings,
        store=api.store,
        recipes=recipes,
        trials=api.trials,
        models=api.models,
        identify=lambda token: _signed_in(access.identify(f"Bearer {token}", "admin"), "token"),
        local_browser=_local_browser(access, records),
        standing=standing_of(settings, access),
        microsoft=sign_ins.microsoft,
        openid=sign_ins.openid,
        sessions=sign_ins.sessions,
        submit=submit,
        limits=api.limits,
        policies=api.policies,
        wake=api.wake,
        tell=api.tell,
        events=events,
        health=health,
        connections=WebConnections(settings, api.store, api.submit, access.codes is not None, api.policies),
        sources=api.sources,
        invite_source=api.invite_source,
        signals=api.signals,
    )


def _local_browser(access: Access, records: RecordStore) -> Callable[[Request, str], SessionPerson] | None:
    """Return what tells who sits at this machine, None where the installation is not theirs alone."""

    def own_browser(request: Request, code: str) -> SessionPerson:
        server = request.scope.get("server")
        require_own_browser(request.headers, request.scope.get("client"), (server[0], server[1]) if server else None)
        if not (access.codes and access.here and access.codes.use(code, records)):
            fix = "Open the link that `inlaid up` printed, or run `inlaid console` for a new one."
            raise ForbiddenError("This link was already used or has expired.", fix=fix)
        return _signed_in(access.here, "here")

    return own_browser if access.codes else None


def standing_of(settings: Settings, access: Access) -> Standing:
    """Return what tells, by the settings of now, what somebody who came in earlier may see.

    None for who may not come in any more: their token is gone, their organisation is shut out, or the installation is
    no longer that of the person at this machine alone.
    """

    def standing(who: SessionPerson) -> Visitor | None:
        if who.way == "microsoft":
            may_come = who.workspace in settings.own_tenants
        elif who.way == "openid":
            may_come = who.workspace == settings.openid_realm
        else:
            may_come = who.way != "pane" and access.still_holds(who)
        roles = _roles(settings, who) if may_come else None
        return _visitor(settings, access, who, roles) if roles else None

    return standing


def report_guard(settings: Settings, records: RecordStore, access: Access, sessions: Sessions) -> Guard:
    """Return a guard of the report that takes the console's session, else a token."""
    standing, people = standing_of(settings, access), load_people(settings, records)
    administered = administered_by(settings, access, people)

    def viewer(workspace: str, person: str, *, sees_all: bool) -> Viewer:
        note_person(workspace, person)
        people.require_enabled(workspace, person)
        scope = _report_scope(settings, people, workspace) if sees_all else Scope()
        return Viewer(people.names(workspace, person), scope)

    def by_token(authorization: str | None) -> Viewer:
        who = access.identify(authorization, "report")
        sees_all = sees_all_figures((), settings.grants, is_administrator=administered(who) is not None)
        return viewer(who.workspace, who.person, sees_all=sees_all)

    by_header = token_guard(by_token)

    def guard(request: Request) -> Viewer:
        who = sessions.find(request.cookies.get(COOKIE, ""))
        visitor = standing(who) if who else None
        if visitor is None:
            return by_header(request)
        sees_all = sees_all_figures(visitor.roles, settings.grants, is_administrator=visitor.is_admin)
        seen = viewer(visitor.workspace, visitor.person, sees_all=sees_all)
        return replace(seen, menu=menu_of(REPORT, name=visitor.name, is_admin=visitor.is_admin))

    return guard


def browsers_of(settings: Settings, access: Access, sessions: Sessions) -> Browsers:
    """Return what the pages of links know of a browser: who is signed in to the console there."""
    standing = standing_of(settings, access)

    def session(request: Request) -> Owner | None:
        who = sessions.find(request.cookies.get(COOKIE, ""))
        visitor = standing(who) if who else None
        if visitor is None:
            return None
        note_person(visitor.workspace, visitor.person, visitor.name or visitor.address)
        return Owner(visitor.workspace, visitor.person, visitor.name)

    return Browsers(lambda request: require_own_page(request, settings.public_url), session)


def administered_by(settings: Settings, access: Access, people: People) -> Callable[[CallerIdentity], Scope | None]:
    """Return what tells which workspaces a caller of the API administers; None for somebody who is no administrator."""

    def scope(who: CallerIdentity) -> Scope | None:
        known = (
            SessionPerson(who.workspace, who.person, "token", address=address)
            for address in ("", *_addresses(people, who))
        )
        visitors = (_visitor(settings, access, person, Roles()) for person in known)
        return next((visitor.scope for visitor in visitors if visitor.is_admin), None)

    return scope


def _addresses(people: People, who: CallerIdentity) -> list[str]:
    return people.addresses(who.workspace, who.person)


def _report_scope(settings: Settings, people: People, workspace: str) -> Scope | None:
    """Return what the report of somebody from that workspace counts; None: everything.

    People of the one tenant see their organisation's numbers on every surface, as those of the local workspace do.
    Where several organisations are served, nobody sees another's.
    """
    realms = settings.own_realms
    is_wide = len(realms) <= 1 and not settings.slack_client_id
    if workspace == LOCAL_WORKSPACE and is_wide:
        return None
    if workspace != LOCAL_WORKSPACE and len(realms) > 1:
        return Scope(frozenset({workspace}))
    own = {LOCAL_WORKSPACE, workspace, *settings.slack_workspaces, *(realms if len(realms) <= 1 else ())}
    if any(workspace.startswith("E") for workspace in settings.slack_workspaces):
        own |= people.own_slack_workspaces()  # of a Grid organisation the settings do not name each workspace
    return Scope(frozenset(own), is_wide=is_wide)


def _signed_in(who: CallerIdentity, way: Way) -> SessionPerson:
    # Who shows a token of Entra's, or a session of this machine, did not come in by a token of ours.
    return SessionPerson(who.workspace, who.person, way if who.proof else "microsoft", proof=who.proof)


def _roles(settings: Settings, who: SessionPerson) -> Roles | None:
    """Return what groups open to somebody; who came in by a token or sits here has none, and needs none to come in."""
    return roles_of(who.groups, settings.grants) if who.way in ("microsoft", "openid") else Roles()


def _visitor(settings: Settings, access: Access, who: SessionPerson, roles: Roles) -> Visitor:
    """Return somebody as they may look now. Where one person runs everything, that person is the administrator."""
    here = access.here  # others may have tokens there all the same
    is_only_one = here is not None and (who.workspace, who.person) == (here.workspace, here.person)
    # Without an address of the owner's, the key of the person at this machine only looks like one.
    named = who.address or (who.person if "@" in who.person else "")
    address = settings.owner_address if is_only_one else named
    name = settings.owner_name if is_only_one else who.name
    keys = {key.casefold() for key in (who.person, address) if key}
    is_of_all = is_only_one or bool(keys & {admin.casefold() for admin in settings.admins})
    is_admin = is_of_all or "administrator" in roles.held
    scope = _scope(settings, who.workspace) if is_admin else Scope()
    is_narrow = bool(roles.workspaces) and not is_of_all
    if is_narrow:
        scope = Scope(frozenset(workspace for workspace in roles.workspaces if scope.covers(workspace)))
    return Visitor(
        who.workspace,
        who.person,
        name or address or _nameless(who),
        address,
        is_admin,
        scope,
        roles.held,
        is_admin_of_all=is_admin and scope.is_wide and not is_narrow,
        own_name=name,
    )


def _nameless(who: SessionPerson) -> str:
    return N_("You") if who.workspace == LOCAL_WORKSPACE else who.person


def _scope(settings: Settings, workspace: str) -> Scope:
    """Return which workspaces an administrator of that workspace administers."""
    tenants = settings.own_realms
    is_one_organisation = len(tenants) <= 1 and not settings.slack_client_id
    theirs = {workspace, *tenants} if is_one_organisation else {workspace}
    is_wide = is_one_organisation or workspace == LOCAL_WORKSPACE
    return Scope(frozenset(theirs), is_wide=is_wide, apart=frozenset(tenants))


def make_microsoft(settings: Settings, records: RecordStore) -> GraphSignIn | None:
    """Return the sign-in at Microsoft 365, None where it is not set up."""
    if not settings.own_tenants:
        return None
    try:
        return make_sign_in(settings, records)
    except SettingsError:
        return None


def _sessions(records: RecordStore, microsoft: GraphSignIn | None, openid: OpenIdSignIn | None) -> Sessions:
    renewals: dict[Way, Renewal] = {}
    if microsoft:

        def by_microsoft(who: SessionPerson) -> SessionPerson:
            # Who showed a token of Entra's instead of signing in has no account that could be asked for.
            groups = microsoft.groups_now(who.account, SCOPES) if who.account else frozenset(who.groups)
            return replace(who, groups=tuple(sorted(groups)))

        renewals["microsoft"] = by_microsoft
    if openid:

        def by_openid(who: SessionPerson) -> SessionPerson:
            known = OpenIdAccount(openid.issuer, who.person, refresh_token=who.account)
            return signed_in_by_openid(who.workspace, openid.renew(known))

        renewals["openid"] = by_openid
    return Sessions(records, renewals)
