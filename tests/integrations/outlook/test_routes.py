"""The pages of Outlook's pane and their policy over HTTP."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.settings import Settings
from integrations.outlook.routes import outlook_router


@pytest.fixture
def client(settings: Settings) -> TestClient:
    app = FastAPI()
    app.include_router(outlook_router(settings.model_copy(update={"public_url": "https://inlaid.example.com"})))
    return TestClient(app)


def test_the_page_comes_with_its_policy_and_its_files(client: TestClient) -> None:
    response = client.get("/outlook/taskpane.html")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self' https://appsforoffice.microsoft.com" in policy
    assert "frame-ancestors 'self' https://outlook.office.com https://outlook.office365.com" in policy
    assert "unsafe" not in policy
    assert 'data-host="outlook"' in response.text
    for part in response.text.split('"'):
        if part.startswith("./"):
            assert client.get(f"/outlook/{part.removeprefix('./')}").status_code == 200, part


def test_the_script_at_sending_is_small_and_never_kept_for_long(client: TestClient) -> None:
    page, script = client.get("/outlook/onsend.html"), client.get("/outlook/onsend.js")
    assert 'src="onsend.js"' in page.text
    assert script.headers["Content-Type"].split(";")[0] == "text/javascript"
    assert script.headers["Cache-Control"] == "no-cache"
    assert len(script.content) < 10_000


@pytest.mark.parametrize(
    "path", ["/outlook/signin.html", "/outlook/outlook.html", "/outlook/other.js", "/outlook/assets/..%2foutlook.html"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_manifests_are_served(client: TestClient) -> None:
    assert client.get("/outlook/manifest.xml").headers["Content-Type"] == "application/xml"
    assert client.get("/outlook/manifest.json").json()["name"]["full"] == "Inlaid for Outlook"
