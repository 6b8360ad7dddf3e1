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


def test_facts_are_kept_and_removed_and_grounds_switched(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        fact = {"name": "booking link", "text": "https://x.example/b", "phrases": "calendar, call", "language": ""}
        assert "None yet" in client.get("/console/learned").text
        assert client.post("/console/learned/facts", data=fact).status_code == 303
        assert client.post("/console/learned/facts", data={**fact, "audience": "everybody"}).status_code == 303
        page = client.get("/console/learned").text
        assert page.count(">https://x.example/b</td>") == 2
        assert "calendar, call" in page
        assert client.post("/console/learned/facts/remove", data={"name": "booking link"}).status_code == 303
        assert client.get("/console/learned").text.count(">https://x.example/b</td>") == 1
        assert client.post("/console/learned/grounds", data={"use": "false"}).status_code == 303
        assert "use nothing but what you give them" in client.get("/console/learned").text


def test_a_fact_is_kept_for_a_group_of_the_policies_and_changed_in_its_row(alone: RunningWeb) -> None:
    groups = '[group.sales]\ntitle = "Sales <EMEA>"\nmembers = ["*"]\n'
    (alone.settings.home / "policies.toml").write_text(groups)
    with comes_in(alone) as client:
        fact = {"name": "delivery time", "text": "Two weeks.", "audience": "group:sales"}
        form = client.get("/console/learned").text
        client.post("/console/learned/facts", data=fact)
        kept = client.get("/console/learned").text
        client.post("/console/learned/facts", data={**fact, "text": "Three weeks.", "guarded": "true"})
        changed = client.get("/console/learned").text

    assert '<option value="group:sales">group Sales &lt;EMEA&gt;</option>' in form
    assert ">group Sales &lt;EMEA&gt;</td>" in kept
    assert '<input type="hidden" name="audience" value="group:sales">' in kept
    assert "Two weeks." not in changed
    assert changed.count("Three weeks.") == 2
    assert 'name="guarded" value="true" checked' in changed
