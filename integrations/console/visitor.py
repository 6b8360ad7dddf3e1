"""Who is using the console, and the check that a change comes from one of its pages.

Against forged requests of other sites the cookie is SameSite=Lax, and whatever changes something has to come from a
page of this server (`Origin`, Fetch Metadata: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Origin).
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request

from core.errors import ForbiddenError
from core.store.rows import Scope

# The report is beside the console, and uses the same session.
COOKIE_PATH = "/"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Visitor:
    """Who looks at the console, as the settings have it at this request.

    `name` is what to call them; `is_admin` opens what concerns others, in the workspaces of `scope`.
    """

    workspace: str
    person: str
    name: str = ""
    address: str = ""
    is_admin: bool = False
    scope: Scope = field(default_factory=Scope)

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
    headers = request.headers
    site, origin = headers.get("sec-fetch-site", ""), headers.get("origin", "")
    is_own = origin in _own_origins(request, public_url) if origin else site == "same-origin"
    if not is_own or site not in {"", "same-origin"}:
        raise ForbiddenError(
            "This request does not come from the console.",
            fix="Open the console and repeat it there. Behind a proxy with https, INLAID_PUBLIC_URL has to be set.",
        )


def _own_origins(request: Request, public_url: str) -> set[str]:
    public = urlsplit(public_url)
    own = {f"{request.url.scheme}://{request.headers.get('host', '-')}"}
    return own | {f"{public.scheme}://{public.netloc}"} if public_url else own
