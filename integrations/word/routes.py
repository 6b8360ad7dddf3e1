"""The pane's files and the manifests over HTTP. The files hold no personal data, so they need no token."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response

from core.settings import Settings
from integrations.word.manifest import installation_of, to_json, to_xml

STATIC = Path(__file__).parent / "static"
PAGES = {"taskpane": "taskpane", "signin": "signin", "redirect": "redirect"}
SCRIPTS = ("start",)
OFFICE_JS = "https://appsforoffice.microsoft.com"
# office.js loads one library of its own from here.
OFFICE_JS_LIBRARIES = "https://ajax.aspnetcdn.com"
# Word on the web shows the pane in a frame. Microsoft publishes no complete list, so it is a setting, too.
FRAME_ANCESTORS = (
    "https://*.officeapps.live.com",
    "https://*.sharepoint.com",
    "https://onedrive.live.com",
    "https://*.cloud.microsoft",
    "https://*.office.com",
)
# Browsers insist on these, and what a system says about suffixes can be wrong.
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
NOBODY = "'none'"
FOREVER = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"


def authority_of(settings: Settings) -> str:
    """Return the address of the service that signs people in."""
    tenant = settings.microsoft_tenant_id or "organizations"
    return settings.microsoft_authority or f"https://login.microsoftonline.com/{tenant}"


def content_security_policy(settings: Settings, frame_ancestors: Sequence[str] = FRAME_ANCESTORS) -> str:
    """Return the policy of the pages: own files, office.js, the sign-in service, and to be framed by Office alone.

    A silent sign-in comes back in a frame of the pane itself. Without a public address there is no Office that could
    frame the pages, so nobody may.
    """
    authority = urlsplit(authority_of(settings))
    sign_in = f"{authority.scheme}://{authority.netloc}"
    ancestors = " ".join(("'self'", *(settings.word_frame_ancestors or frame_ancestors)))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {OFFICE_JS} {OFFICE_JS_LIBRARIES}",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {sign_in} {OFFICE_JS}",
            f"frame-src 'self' {sign_in}",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ancestors if settings.public_url else NOBODY}",
        ]
    )


class PaneFiles:
    """Answers with the files of the build, below the folder of one program.

    Args:
        pages: the pages that are there, each with its file in the build.
        scripts: scripts of a name that says nothing of their content.
        policy: the content security policy of the pages.
    """

    def __init__(self, pages: Mapping[str, str], scripts: Sequence[str], policy: str) -> None:
        self._pages = pages
        self._scripts = scripts
        self._policy = policy

    def routes(self, prefix: str) -> APIRouter:
        """Return the routes of the files."""
        router = APIRouter(prefix=prefix, include_in_schema=False)
        router.add_api_route("/{name}.html", self.page)
        router.add_api_route("/{name}.js", self.script)
        router.add_api_route("/assets/{name}", self.asset)
        router.add_api_route("/icons/{name}", self.icon)
        return router

    def page(self, name: str) -> Response:
        """Return a page of the pane."""
        if name not in self._pages:
            raise HTTPException(404, "There is no such page.")
        # A window that signs in has to reach the page that opened it.
        headers = {"Content-Security-Policy": self._policy, "Cross-Origin-Opener-Policy": "unsafe-none"}
        file = STATIC / f"{self._pages[name]}.html"
        return FileResponse(file, media_type="text/html; charset=utf-8", headers=headers)

    def asset(self, name: str) -> Response:
        """Return a file of the build; its name changes with its content."""
        return _file(STATIC / "assets" / name, FOREVER)

    def script(self, name: str) -> Response:
        """Return a script that does not change its name, such as the one that tells why the pane does not start."""
        if name not in self._scripts:
            raise HTTPException(404, "There is no such file.")
        return _file(STATIC / f"{name}.js", "no-cache")

    def icon(self, name: str) -> Response:
        """Return an icon; Office shows it from another address, and has to keep it."""
        answer = _file(STATIC / "icons" / name, ONE_DAY)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer


class WordSite:
    """Answers below `/word`.

    Args:
        settings: the public address, and the app registration.
    """

    def __init__(self, settings: Settings) -> None:
        self._config = {"client_id": settings.microsoft_client_id, "authority": authority_of(settings)}
        self._installation = installation_of(settings)

    def config(self) -> Response:
        """Return what the pane has to know before anybody is known."""
        return JSONResponse(self._config)

    def manifest_xml(self) -> Response:
        """Return the manifest for every Word."""
        return Response(to_xml(self._installation), media_type="application/xml")

    def manifest_json(self) -> Response:
        """Return the unified manifest, for newer Word."""
        return Response(to_json(self._installation), media_type="application/json")


def word_router(settings: Settings) -> APIRouter:
    """Return the routes below `/word`."""
    site = WordSite(settings)
    router = PaneFiles(PAGES, SCRIPTS, content_security_policy(settings)).routes("/word")
    router.add_api_route("/config.json", site.config)
    router.add_api_route("/manifest.xml", site.manifest_xml)
    router.add_api_route("/manifest.json", site.manifest_json)
    return router


def _file(path: Path, cache_control: str) -> Response:
    # A name holds no slash, since the parameter of the route ends there; "..", which has none, is no file.
    if not path.is_file():
        raise HTTPException(404, "There is no such file.")
    return FileResponse(path, media_type=MEDIA_TYPES.get(path.suffix), headers={"Cache-Control": cache_control})
