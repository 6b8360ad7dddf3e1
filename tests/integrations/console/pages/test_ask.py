"""The page to ask: a question, its answer with what it cites, the questions after it, and what nobody may open."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from core.drafts import Draft, DraftSource
from core.job import Job
from tests.fakes.microsoft import Person
from tests.integrations.api.running import RunningWeb
from tests.integrations.api.test_sources import read_all
from tests.integrations.console.conftest import comes_in, microsoft_browser

HTMX = {"HX-Request": "true"}
TEXT = "# Travel <b>\n\nA hotel night is refunded\nup to 140 EUR. **Trains** are second class.\n"
QUOTE = "A hotel night is refunded up to 140 EUR."


def upload(web: RunningWeb, client: httpx.Client, name: str = "travel.md", text: str = TEXT) -> None:
    assert client.post("/console/sources/upload", files={"file": (name, text.encode())}).status_code == 303
    read_all(web)


def answered(web: RunningWeb, job: Job, text: str = f"{QUOTE} [1]", **further: Any) -> None:
    """Finish a question as the worker does, with the passage that the search finds."""
    (hit, *_) = web.services.api.sources.sources.search(job.workspace, job.person, "hotel night")
    source = DraftSource(number=1, title=hit.title, quote=QUOTE, supports=QUOTE, date="2024", place=hit.place)
    web.finish(web.claim(job.id), Draft(recipe="ask", text=text, sources=(source,), **further))


def ask(web: RunningWeb, client: httpx.Client, question: str, **further: str) -> Job:
    made = client.post("/console/ask", data={"question": question, **further})
    assert made.status_code == 303, made.text
    job = web.services.store.jobs.list(limit=1)[0]
    assert made.headers["location"] == f"/console/ask/{job.id}#newest"
    return job


def test_who_has_no_sources_is_told_how_to_begin(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        page = client.get("/console/ask").text
    assert "Nothing is connected yet" in page
    assert "/console/sources" in page
    assert 'name="question"' not in page


def test_sources_that_are_still_read_are_said_to_be(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        client.post("/console/sources/upload", files={"file": ("travel.md", TEXT.encode())})
        page = client.get("/console/ask").text
    assert "are still being read" in page
    assert 'name="question"' not in page


def test_a_question_is_answered_with_passages_that_open(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much is refunded for a <hotel>?")
        waiting = client.get(f"/console/ask/{job.id}").text
        answered(alone, job, f"- {QUOTE} [1]\n- And no more. [7]", notices=("Read as: <x>",))
        page = client.get(f"/console/ask/{job.id}").text
        progress = client.get(f"/console/ask/{job.id}/answer", headers=HTMX).text
        opened = client.get(f"/console/ask/{job.id}/passages/1", headers=HTMX).text
        whole = client.get(f"/console/ask/{job.id}/passages/1").text
        missing = client.get(f"/console/ask/{job.id}/passages/7")

    assert (job.recipe, job.surface, job.inputs["question"]) == ("ask", "api", "How much is refunded for a <hotel>?")
    assert f'hx-get="/console/ask/{job.id}/answer"' in waiting
    assert "How much is refunded for a &lt;hotel&gt;?" in page
    assert f'<li>{QUOTE}&nbsp;<a class="cite" href="/console/ask/{job.id}/passages/1"' in page
    assert "And no more. [7]" in page
    assert "Read as: &lt;x&gt;" in page
    assert "Not found" not in page
    assert "hx-trigger" not in progress
    assert f"<mark>{QUOTE}</mark> <strong>Trains</strong> are" in opened
    assert "Travel &lt;b&gt;" in opened
    assert "<html" not in opened
    assert "Back to the answer" in whole
    assert missing.status_code == 404


def test_a_follow_up_keeps_its_subject_and_its_source(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        source = alone.services.api.sources.sources.store.list()[0].source.id
        first = ask(alone, client, "How much for a hotel?", source=source)
        answered(alone, first)
        form = client.get(f"/console/ask/{first.id}").text
        second = ask(alone, client, "And for a train?", source=source, follows=first.id)
        page = client.get(f"/console/ask/{second.id}").text

    assert f'name="follows" value="{first.id}"' in form
    assert "The subject is kept" in form
    assert f'<option value="{source}" selected>' in form
    assert (second.inputs["follows"], second.inputs["sources"]) == (first.id, source)
    assert page.index("How much for a hotel?") < page.index("And for a train?")


def test_what_no_source_answers_is_said_with_the_nearest_places(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much for a boat?")
        (hit, *_) = alone.services.api.sources.sources.search(job.workspace, job.person, "hotel")
        near = DraftSource(number=1, title=hit.title, quote="", place=hit.place)
        said = f"Nothing was found that answers this. Near: {hit.title} [1]"
        answer = Draft(recipe="ask", text=said, skeleton=True, sources=(near,), notices=("Ask a person.",))
        alone.finish(alone.claim(job.id), answer)
        page = client.get(f"/console/ask/{job.id}").text
    assert "The subject is kept" not in page  # of what was not found there is none

    assert "No sure answer" in page
    assert "Nothing was found" not in page
    assert "Nearest places" in page
    assert "Ask a person." in page
    assert '<a href="/console/sources">Add a source</a>' in page
    assert "“”" not in page


def test_what_may_be_no_answer_is_told_once_as_the_place_where_it_stands(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much for a boat?")
        (hit, *_) = alone.services.api.sources.sources.search(job.workspace, job.person, "hotel")
        near = DraftSource(number=1, title=hit.title, quote=QUOTE, place=hit.place)
        said = f"The nearest places, maybe not an answer:\n- {hit.title}: “{QUOTE}” [1]"
        alone.finish(alone.claim(job.id), Draft(recipe="ask", text=said, skeleton=True, sources=(near,)))
        page = client.get(f"/console/ask/{job.id}").text

    assert "No sure answer" in page
    assert f"“{QUOTE}”" in page
    assert page.count(QUOTE) == 1
    assert "Nearest places" in page
    assert "maybe not an answer" not in page


def test_an_unsure_answer_is_told_in_the_language_of_the_page_over_its_places(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much for a boat?")
        (hit, *_) = alone.services.api.sources.sources.search(job.workspace, job.person, "hotel")
        near = DraftSource(number=5, title=hit.title, quote=QUOTE, place=hit.place)
        said = f"Nothing was found that answers this. The nearest places:\n- {hit.title}: “{QUOTE}” [5]"
        alone.finish(alone.claim(job.id), Draft(recipe="ask", text=said, skeleton=True, sources=(near,)))
        page = client.get(f"/console/ask/{job.id}", headers={"Accept-Language": "de"}).text

    assert "Keine sichere Antwort" in page
    assert f"„{QUOTE}“" in page
    assert "Nothing was found" not in page


def test_sources_are_numbered_from_one_as_the_answer_names_them_and_listed(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much is refunded for a hotel?")
        (hit, *_) = alone.services.api.sources.sources.search(job.workspace, job.person, "hotel")
        sources = tuple(
            DraftSource(number=number, title=f"Paper {number}", quote=QUOTE, place=hit.place) for number in (1, 4, 5)
        )
        sources += (sources[-1].model_copy(update={"quote": "And so it is."}),)
        text = f"{QUOTE} [5] And so it is. [1]"
        alone.finish(alone.claim(job.id), Draft(recipe="ask", text=text, sources=sources))
        page = client.get(f"/console/ask/{job.id}").text
        opened = client.get(f"/console/ask/{job.id}/passages/5", headers=HTMX).text
        details = client.get(f"/console/jobs/{job.id}").text

    assert re.findall(r"<li>(Paper \d): ", details) == ["Paper 5", "Paper 1", "Paper 4"]
    assert re.findall(r"passages/(\d)\"[^>]*>\[(\d)\]<", page) == [("5", "1"), ("1", "2")]
    assert re.findall(r">\[(\d)\] (Paper \d)<", page) == [("1", "Paper 5"), ("2", "Paper 1"), ("3", "Paper 4")]
    assert "<summary autofocus>[1] " in opened


@pytest.mark.parametrize(("question", "said"), [("  ", "fill this in"), ("x" * 501, "shorten this to 500")])
def test_what_cannot_be_asked_is_said_and_kept_in_the_form(alone: RunningWeb, question: str, said: str) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        answer = client.post("/console/ask", data={"question": question})
    assert answer.status_code == 422
    assert said in answer.text
    assert f">{question}</textarea>" in answer.text
    assert not alone.services.store.jobs.list(limit=1)


def test_a_passage_that_was_withdrawn_meanwhile_is_not_opened(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much for a hotel?")
        answered(alone, job)
        source = alone.services.api.sources.sources.store.list()[0].source.id
        client.post("/console/sources/remove", data={"source": source})
        opened = client.get(f"/console/ask/{job.id}/passages/1")
    assert opened.status_code == 404
    assert "Trains" not in opened.text


def test_a_passage_that_says_something_else_by_now_is_said_to_have_changed(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        upload(alone, client)
        job = ask(alone, client, "How much for a hotel?")
        answered(alone, job)
        before = client.get(f"/console/ask/{job.id}/passages/1", headers=HTMX).text
        upload(alone, client, text=TEXT.replace("140", "160"))
        after = client.get(f"/console/ask/{job.id}/passages/1", headers=HTMX).text
    assert "has changed since" not in before
    assert "has changed since" in after
    assert "<mark>" not in after
    assert "160 EUR" in after


def test_questions_and_passages_of_others_are_as_if_they_were_not(
    shared: RunningWeb, alice: Person, bob: Person
) -> None:
    with microsoft_browser(shared, bob) as client:
        upload(shared, client)
        job = ask(shared, client, "How much for a hotel?")
        answered(shared, job)
        assert client.get(f"/console/ask/{job.id}/passages/1").status_code == 200
    with microsoft_browser(shared, alice) as client:
        upload(shared, client, "own.md", "Nothing.")
        addresses: list[Callable[[str], str]] = [
            lambda found: f"/console/ask/{found}",
            lambda found: f"/console/ask/{found}/answer",
            lambda found: f"/console/ask/{found}/passages/1",
        ]
        for address in addresses:
            theirs, nobodys = (client.get(address(found)) for found in (job.id, "no-job"))
            assert (theirs.status_code, theirs.text) == (404, nobodys.text)
        followed = client.post("/console/ask", data={"question": "And for a train?", "follows": job.id})
        assert followed.status_code == 404
        assert "travel.md" not in client.get("/console/ask").text
