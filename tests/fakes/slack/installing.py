"""A person in a browser: the app's install page, Slack's consent, and the way back to the app."""

import http.client
import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.slack.oauth import Code
from tests.fakes.slack.world import User

if TYPE_CHECKING:
    from tests.fakes.slack.service import FakeSlack


@dataclass
class Page:
    """What the browser shows at the end."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    callback_url: str = ""
    cookie: str = ""


def install(slack: "FakeSlack", installer: User, install_url: str, *, org_wide: bool, refuses: bool) -> Page:
    """Go through the app's OAuth pages, all at the host of `install_url`, whatever the redirect address says."""
    first = visit(install_url)
    found = re.search(r'https?://[^"\'<>\s]*/oauth/v2/authorize\?[^"\'<>\s]*', unescape(first.body))
    authorize_url = first.headers.get("location") or (found[0] if found else "")
    if not authorize_url:
        raise AssertionError(f"the install page leads nowhere: HTTP {first.status}")
    callback = approve(slack, installer, authorize_url, org_wide=org_wide, refuses=refuses)
    cookie = first.headers.get("set-cookie", "").partition(";")[0]
    own = urlsplit(install_url)
    parts = urlsplit(callback)._replace(scheme=own.scheme, netloc=own.netloc)
    page = visit(parts.geturl(), cookie)
    page.callback_url, page.cookie = parts.geturl(), cookie
    return page


def approve(slack: "FakeSlack", installer: User, authorize_url: str, *, org_wide: bool, refuses: bool) -> str:
    """Answer Slack's consent page; return the address that it sends the browser to."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
    if query.get("client_id") != slack.app.client_id:
        raise AssertionError("invalid_client_id: the authorize URL bears another client id")
    scopes = set(query.get("scope", "").replace(",", " ").split())
    user_scopes = set(query.get("user_scope", "").replace(",", " ").split())
    if not scopes | user_scopes:
        raise AssertionError("no_scopes: the authorize URL asks for none")
    sent, known = query.get("redirect_uri", ""), slack.app.redirect_uris
    if sent and known and not any(sent.startswith(uri) for uri in known):
        raise AssertionError(f"bad_redirect_uri: {sent} is not one of the app's")
    target = sent or (known[0] if known else "")
    answer = {"state": query["state"]} if "state" in query else {}
    if refuses:
        answer["error"] = "access_denied"
    else:
        team = None if org_wide else installer.team
        organization = installer.team.organization
        code = Code(
            slack.bot_of(installer.team), installer, team, organization, scopes, user_scopes, sent, slack.clock.now()
        )
        answer["code"] = slack.codes.new_code(code)
    return f"{target}{'&' if '?' in target else '?'}{urlencode(answer)}"


def visit(url: str, cookie: str = "") -> Page:
    """Open a page of the app; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=10)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
        return Page(response.status, body, {name.lower(): value for name, value in response.getheaders()})
    finally:
        connection.close()
