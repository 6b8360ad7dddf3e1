"""The page `/report`, as a browser gets it from the real web process."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from core.job import Job
from tests.core.insight.making import finished_job
from tests.integrations.api.running import RunningWeb
from tests.integrations.report.conftest import PEOPLE

CANARY = "canary-text-of-another"


@pytest.fixture(scope="module")
def worked(web: RunningWeb) -> list[Job]:
    """Let six people have drafts; one name tries to be HTML."""
    store = web.services.store
    jobs = []
    for person in PEOPLE:
        job = finished_job(store, person=person, model="<script>alert(1)</script>", text=f"{CANARY} of {person}")
        store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})
        jobs.append(job)
    return jobs


class Page(HTMLParser):
    """Notes the tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))


def test_nobody_sees_it_without_a_token(web: RunningWeb) -> None:
    for path in ("", "/jobs", "/data.json", "/data.csv", "/charts/trend.svg"):
        answer = httpx.get(f"{web.url}/report{path}", trust_env=False)
        assert answer.status_code == 401
    answer = httpx.get(f"{web.url}/report", trust_env=False)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    wrong = httpx.get(f"{web.url}/report", auth=("any", "wrong"), trust_env=False)
    assert wrong.status_code == 401
    garbled = httpx.get(f"{web.url}/report/data.json", headers={"Authorization": "Basic !!"}, trust_env=False)
    assert garbled.status_code == 401


def test_a_browser_that_has_not_signed_in_is_led_to_the_sign_in_page(web: RunningWeb) -> None:
    with httpx.Client(base_url=web.url, headers={"Accept": "text/html,*/*;q=0.8"}, trust_env=False) as stranger:
        for path in ("/report", "/report/jobs", "/report/data.csv"):
            led = stranger.get(path)
            assert (led.status_code, led.headers["Location"]) == (303, "/console/sign-in")
        assert stranger.get("/report", follow_redirects=True).status_code == 200
        wrong = stranger.get("/report", auth=("any", "wrong"))
    assert (wrong.status_code, "WWW-Authenticate" in wrong.headers) == (401, False)


@pytest.mark.usefixtures("worked")
def test_the_page_has_figures_no_script_and_a_strict_policy(browser: httpx.Client) -> None:
    answer = browser.get("/report")
    assert answer.status_code == 200
    page = Page(answer.text)
    tags = {tag for tag, _attributes in page.tags}
    assert "script" not in tags
    assert not [attributes for _tag, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    assert not [attributes for _tag, attributes in page.tags if "style" in attributes]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "&lt;script&gt;alert(1)" in answer.text
    assert CANARY not in answer.text


@pytest.mark.usefixtures("worked")
def test_each_chart_of_the_page_is_there_with_words_for_who_cannot_see_it(browser: httpx.Client) -> None:
    images = [attributes for tag, attributes in Page(browser.get("/report").text).tags if tag == "img"]
    # That of shares by recipe is drawn from ten decisions on.
    assert len(images) == 3
    for image in images:
        assert image["alt"]
        answer = browser.get(str(image["src"]))
        assert answer.headers["Content-Type"] == "image/svg+xml"
    assert browser.get("/report/charts/nothing.svg").status_code == 404


@pytest.mark.usefixtures("worked")
def test_of_few_decisions_the_page_shows_counts_and_says_so_once(browser: httpx.Client) -> None:
    page = browser.get("/report").text
    assert "<strong>6 of 6</strong>" in page
    assert page.count("Shares are shown from ten decisions on") == 1
    shown = re.sub(r"95\s%\s(within|interval)", "", page)
    assert re.findall(r"[^.<>]*\d(?:\s|&nbsp;)%[^.<>]*", shown) == []
    for word in ("Accepted", "Edited", "Rejected", "with edits", "Answered by the small model", "passed the checks"):
        assert word not in page


@pytest.mark.usefixtures("worked")
def test_filters_are_kept_in_the_form_and_its_addresses(browser: httpx.Client) -> None:
    answer = browser.get("/report", params={"since": "7d", "recipe": "reply", "surface": ""})
    assert re.search(r'<option value="7d" selected>', answer.text)
    assert "/report/data.csv?since=7d&amp;recipe=reply" in answer.text
    nothing = browser.get("/report", params={"recipe": '"><script>'})
    assert "No drafts match" in nothing.text
    assert "<script>" not in nothing.text


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("query", ["since=never", "since=99999999999999999999d", "team=" + "x" * 300])
def test_a_question_that_cannot_be_answered_is_refused(browser: httpx.Client, query: str) -> None:
    assert browser.get(f"/report?{query}").status_code in {400, 422}


@pytest.mark.usefixtures("worked")
def test_the_figures_are_there_as_json_and_csv(browser: httpx.Client) -> None:
    data = browser.get("/report/data.json").json()
    assert (data["total"]["jobs"], data["total"]["people"]) == (6, 6)
    assert data["total"]["shares"]["accepted"] == {"value": 1.0, "n": 6, "low": 0.6097, "high": 1.0}
    lines = browser.get("/report/data.csv").text.splitlines()
    assert lines[1].startswith("total,,")


def test_ones_own_drafts_can_be_opened_and_no_others(browser: httpx.Client, worked: list[Job]) -> None:
    listed = browser.get("/report/jobs").text
    assert worked[0].id in listed
    assert worked[1].id not in listed
    assert f"{CANARY} of {PEOPLE[0]}" in browser.get(f"/report/jobs/{worked[0].id}").text
    other = browser.get(f"/report/jobs/{worked[1].id}")
    assert other.status_code == 404
    assert CANARY not in other.text
    assert browser.get("/report/jobs/not-an-id").status_code == 404


@pytest.mark.usefixtures("worked")
def test_who_has_no_drafts_sees_the_sums_and_an_empty_list(web: RunningWeb) -> None:
    with web.client("token-new@example.com") as client:
        assert "You have no drafts" in client.get("/report/jobs").text
        assert client.get("/report/data.json").json()["total"]["jobs"] == 6


def test_an_outcome_given_over_the_api_is_in_the_next_page(web: RunningWeb, worked: list[Job]) -> None:
    with web.client(f"token-{PEOPLE[2]}") as client:
        answer = client.post(f"/api/v1/jobs/{worked[2].id}/outcome", json={"outcome": "rejected"})
        assert answer.status_code == 200
        assert client.get("/report/data.json").json()["total"]["shares"]["rejected"]["n"] == 6
        client.post(f"/api/v1/jobs/{worked[2].id}/outcome", json={"outcome": "accepted"})
