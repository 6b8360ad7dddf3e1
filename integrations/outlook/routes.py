"""The pane's files and the manifests over HTTP. The files hold no personal data, so they need no token."""

from fastapi import APIRouter
from starlette.responses import Response

from core.settings import Settings
from integrations.outlook.manifest import installation_of, to_json, to_xml
from integrations.word.routes import PaneFiles, content_security_policy

# The pages that sign in are those of Word's pane, which the app registration names.
PAGES = {"taskpane": "outlook", "onsend": "onsend"}
SCRIPTS = ("start", "onsend")
# Outlook on the web and the new Outlook show the pane in a frame.
FRAME_ANCESTORS = (
    "https://outlook.office.com",
    "https://outlook.office365.com",
    "https://outlook.live.com",
    "https://*.cloud.microsoft",
    "https://*.office.com",
)


def outlook_router(settings: Settings) -> APIRouter:
    """Return the routes below `/outlook`."""
    installation = installation_of(settings)

    def manifest_xml() -> Response:
        """Return the manifest for every Outlook."""
        return Response(to_xml(installation), media_type="application/xml")

    def manifest_json() -> Response:
        """Return the unified manifest, for newer Outlooks."""
        return Response(to_json(installation), media_type="application/json")

    policy = content_security_policy(settings, FRAME_ANCESTORS)
    router = PaneFiles(PAGES, SCRIPTS, policy).routes("/outlook")
    router.add_api_route("/manifest.xml", manifest_xml)
    router.add_api_route("/manifest.json", manifest_json)
    return router
