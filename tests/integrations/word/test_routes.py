"""The pages and their policy over HTTP."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.settings import Settings
from integrations.word.routes import content_security_policy, word_router


@pytest.fixture
def client(settings: Settings) -> TestClient:
    app = FastAPI()
    app.include_router(word_router(settings.model_copy(update={"microsoft_client_id": "an-id"})))
    return TestClient(app)


def test_the_page_comes_with_its_policy(client: TestClient) -> None:
    response = client.get("/word/taskpane.html")
    assert response.headers["Content-Type"].startswith("text/html")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self' https://appsforoffice.microsoft.com" in policy
    assert "unsafe" not in policy
    assert response.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_without_a_public_address_nobody_may_frame_it_and_with_one_only_office(settings: Settings) -> None:
    assert content_security_policy(settings).endswith("frame-ancestors 'none'")
    public = settings.model_copy(update={"public_url": "https://inlaid.example.com"})
    assert "frame-ancestors 'self' https://*.officeapps.live.com" in content_security_policy(public)
    chosen = public.model_copy(update={"word_frame_ancestors": ("https://office.example.com",)})
    assert content_security_policy(chosen).endswith("frame-ancestors 'self' https://office.example.com")


def test_files_of_the_build_are_kept_and_icons_may_be_shown_elsewhere(client: TestClient) -> None:
    page = client.get("/word/taskpane.html").text
    script = next(part for part in page.split('"') if part.startswith("./assets/"))
    asset = client.get(f"/word/{script.removeprefix('./')}")
    assert asset.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in asset.headers["Cache-Control"]
    start = client.get("/word/start.js")
    assert (start.headers["Content-Type"].split(";")[0], start.headers["Cache-Control"]) == (
        "text/javascript",
        "no-cache",
    )
    icon = client.get("/word/icons/icon-32.png")
    assert (icon.headers["Content-Type"], icon.headers["Cross-Origin-Resource-Policy"]) == ("image/png", "cross-origin")
    assert "no-store" not in icon.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/word/other.html", "/word/assets/none.js", "/word/assets/..", "/word/icons/..%2ftaskpane.html"]
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_pane_learns_whom_to_ask_for_a_sign_in(client: TestClient) -> None:
    assert client.get("/word/config.json").json() == {
        "client_id": "an-id",
        "authority": "https://login.microsoftonline.com/organizations",
    }


def test_the_manifests_are_served(client: TestClient) -> None:
    assert client.get("/word/manifest.xml").headers["Content-Type"] == "application/xml"
    assert client.get("/word/manifest.json").json()["name"]["short"] == "Inlaid"
