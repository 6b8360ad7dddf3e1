"""What was learnt, on its page."""

from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import comes_in


def test_nothing_learnt_says_how_it_begins(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/learned").text
        assert "a dozen drafts" in page
        assert client.post("/console/learned/share", data={"shares": "true"}).status_code == 303
        assert client.get("/console/learned/export").json()["shares_examples"] is True
        assert client.post("/console/learned/switch", data={"key": "none", "use": "true"}).status_code == 404
