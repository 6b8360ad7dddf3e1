"""A text in the pane of Word, such as values for a form: a result, its open fields in words, its sources shown."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from core.drafts import Draft, DraftSource, Escalation, Gap
from core.errors import ModelTooSmall
from core.job import Job
from tests.browser.pages import MAX_MILLISECONDS, opened
from tests.browser.test_outlook_read import MAIL
from tests.integrations.api.running import RunningWeb
from tests.integrations.console.conftest import alone, model, new_code
from tests.waiting import until

__all__ = ["alone", "model"]
# It starts a browser and a web process, which take a minute where others take the machine.
pytestmark = pytest.mark.timeout(600)
PLACE = "[[Delivery date | 4 December | 11 December]]"
ACCOUNT = "Bank account: DE02 1203 0000 0000 2020 51"


def test_values_for_a_form_are_a_result_with_its_open_fields_in_words(chromium: Browser, alone: RunningWeb) -> None:
    with closing(chromium.new_context(viewport={"width": 360, "height": 800}, locale="en-US")) as context:
        context.set_default_timeout(MAX_MILLISECONDS)
        page = context.new_page()
        page.goto(f"{alone.url}/console/sign-in?code={new_code(alone)}")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()

        pane = opened(context, alone.url, word={"paragraphs": [{"text": "Customer: Contoso Ltd"}]})
        pane.page.wait_for_selector("#recipe")
        pane.run("fill", brief="Customer: Contoso Ltd")
        job = alone.claim(until(lambda: alone.services.store.jobs.list(limit=1))[0].id)
        gap = Gap(place=PLACE, question="Delivery date", choices=("4 December", "11 December"))
        source = DraftSource(number=1, title="Customers.xlsx", quote=ACCOUNT, supports=ACCOUNT)
        text = f"Customer: Contoso Ltd\nDelivery date: {PLACE}\n{ACCOUNT}"
        alone.finish(job, Draft(job_id=job.id, recipe="fill", text=text, gaps=(gap,), sources=(source,)))

        expect(pane.page.get_by_role("heading", name="Result")).to_be_focused()
        expect(pane.page.locator(".result .text.new")).to_have_text(text.replace(PLACE, "4 December / 11 December?"))
        expect(pane.page.locator(".about")).to_contain_text("Customers.xlsx")
        expect(pane.page.locator(".about blockquote")).to_be_visible()
        assert pane.complaints == []


WHY = "340 words, about 2 minutes to read. A summary needs a larger model."
REFUSED = Draft(
    recipe="summarize",
    text=WHY,
    skeleton=True,
    escalations=(Escalation(source="rules", to="skeleton", reason=WHY),),
)


@contextmanager
def signed_in(chromium: Browser, web: RunningWeb) -> Iterator[BrowserContext]:
    """Give a browser in which somebody is signed in at the console, and so in the panes."""
    with closing(chromium.new_context(viewport={"width": 360, "height": 800}, locale="en-US")) as context:
        context.set_default_timeout(MAX_MILLISECONDS)
        page = context.new_page()
        page.goto(f"{web.url}/console/sign-in?code={new_code(web)}")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()
        yield context


def test_a_refused_summary_says_why_and_gives_nothing_to_put_in(chromium: Browser, alone: RunningWeb) -> None:
    with signed_in(chromium, alone) as context:
        word = opened(context, alone.url, word={"paragraphs": [{"text": "We meet in the old hall. " * 60}]})
        word.page.wait_for_selector("#recipe")
        word.run("summarize", scope="document")
        _refuse(alone)
        expect(word.page.get_by_role("heading", name="Summarize")).to_be_focused()
        outlook = opened(context, alone.url, outlook={"item": MAIL})
        outlook.page.get_by_role("button", name="Summary").click()
        _refuse(alone)

        for pane in (word, outlook):
            result = pane.page.locator(".result")
            expect(result.get_by_text(WHY)).to_have_count(1)
            assert set(result.get_by_role("button").all_inner_texts()) <= {"Start over", "Back"}
            assert pane.complaints == []


def _taken(web: RunningWeb) -> Job:
    jobs = web.services.store.jobs
    (queued,) = until(lambda: [job for job in jobs.list(limit=1) if job.state == "queued"])
    return web.claim(queued.id)


def _refuse(web: RunningWeb) -> None:
    job = _taken(web)
    web.finish(job, REFUSED.model_copy(update={"job_id": job.id}))


def test_what_is_to_be_seen_first_stands_beside_a_failure(chromium: Browser, alone: RunningWeb) -> None:
    error = ModelTooSmall("A summary needs a larger model.", fix="Install one.")
    error.look_first = "Look at this first: “our account has changed”\nLook at this first: “the hall is shut”"
    with signed_in(chromium, alone) as context:
        word = opened(context, alone.url, word={"paragraphs": [{"text": "We meet in the old hall. " * 60}]})
        word.page.wait_for_selector("#recipe")
        word.run("summarize", scope="document")
        alone.fail(_taken(alone), error)
        expect(word.page.get_by_role("alert").locator("p.what")).to_contain_text(["", *error.look_first.splitlines()])
        outlook = opened(context, alone.url, outlook={"item": MAIL})
        outlook.page.get_by_role("button", name="Summary").click()
        alone.fail(_taken(alone), error)
        expect(outlook.page.get_by_role("alert").locator("p.what")).to_contain_text(
            ["", *error.look_first.splitlines()]
        )
