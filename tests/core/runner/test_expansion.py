"""A question is looked for in other words where a model gives some in time, and as it stands where not."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelOutage
from core.job import Job, JobRequest
from core.llm.routes import only
from core.policies.enforcement import load_policies
from core.recipes.loader import load_recipes
from core.runner.expansion import MAX_WORDING_CHARS, NOT_WORDED, KnownWordings, other_wordings
from core.runner.grounds import GroundFinder
from core.runner.pipeline import Pipeline
from core.settings import Settings
from core.sources.facts import StandingFacts
from core.store import Store
from tests.core.runner.test_pipeline import routed
from tests.core.sources.making import add_document, make_sources
from tests.in_memory import MemoryProgress, ScriptedChat

QUESTION = "How many days off do I get?"


def says(written: str) -> Callable[..., str]:
    def ask(_messages: object, **_options: object) -> str:
        return written

    return ask


@pytest.mark.parametrize(
    ("written", "wordings"),
    [
        (
            '{"queries": ["annual leave entitlement", "Urlaubsanspruch  Tage"]}',
            ["annual leave entitlement", "Urlaubsanspruch Tage"],
        ),
        ('Sure:\n{"queries": ["a", "a", "b", "c", "d"]}', ["a", "b", "c"]),
        ('{"queries": ["HOW many days off do I get?", "", 7]}', []),
        (json.dumps({"queries": ["x" * 999]}), ["x" * MAX_WORDING_CHARS]),
        ('{"queries": "leave"}', []),
        ("You get 28 days.", []),
        ("{" * 10_000, []),
        ("", []),
    ],
)
def test_what_a_model_writes_is_read_as_wordings_or_as_none(written: str, wordings: list[str]) -> None:
    assert other_wordings(QUESTION, ["de"], says(written)) == wordings


def test_a_model_is_told_the_languages_of_the_documents_and_asked_for_little() -> None:
    asked: dict[str, Any] = {}

    def ask(messages: Any, **options: Any) -> str:
        asked.update(options, text="\n".join(message.content for message in messages))
        return ""

    other_wordings("What about\nthis?", {"fr", "de", "en"}, ask)
    assert "languages of the documents: de, fr. " in asked["text"]
    assert asked["text"].endswith("What about this?")
    assert asked["max_tokens"] <= 200


def test_what_was_worded_a_moment_ago_is_not_asked_for_again_and_what_failed_is() -> None:
    asked: list[int] = []
    answers = ["", '{"queries": ["annual leave"]}']

    def ask(*_messages: object, **_options: object) -> str:
        asked.append(1)
        return answers[min(len(asked), len(answers)) - 1]

    known = KnownWordings()
    found = [list(known.of(QUESTION, {"de"}, "large", ask) or ()) for _ in range(3)]
    assert (found, len(asked)) == ([[], ["annual leave"], ["annual leave"]], 2)
    known.of(QUESTION, {"de"}, "another", ask)
    known.of(QUESTION, {"fr"}, "large", ask)
    assert len(asked) == 4


def test_a_model_that_fails_or_is_late_holds_nothing_up() -> None:
    def fails(*_messages: Any, **_options: Any) -> str:
        raise ModelOutage("It is down.")

    assert other_wordings(QUESTION, [], fails) is None
    is_over, stopped = threading.Event(), threading.Event()

    def hangs(*_messages: Any, **options: Any) -> str:
        is_over.wait(60)
        try:
            options["on_token"]("late")
        finally:
            stopped.set()
        return '{"queries": ["late"]}'

    assert other_wordings(QUESTION, [], hangs, max_seconds=0.05) is None
    is_over.set()
    # Its next word ends the call, so that nothing is paid that nobody waits for.
    assert stopped.wait(60)


HANDBOOK = "Der Urlaubsanspruch beträgt 30 Arbeitstage im Kalenderjahr."
ANSWER = {"answer": [{"text": "You get 30 working days.", "passage": 1, "quote": HANDBOOK}]}


@pytest.mark.parametrize("is_small", [False, True])
def test_a_large_model_leads_a_question_to_a_source_in_another_language(sqlite_store: Store, is_small: bool) -> None:
    sources = make_sources(sqlite_store)
    add_document(sources, "Handbuch", HANDBOOK, link="https://example.com/handbuch")
    for number in range(10):
        add_document(sources, f"Note {number}", f"How many visitors get a day pass is counted at door {number}.")
    job: Job = sqlite_store.jobs.add(JobRequest("ask", {"question": "How many days off do I get?"}, "api", "ann"))[0]
    wordings = json.dumps({"queries": ["Urlaubsanspruch Arbeitstage Kalenderjahr"]})
    chat = ScriptedChat([wordings, json.dumps(ANSWER)], is_small=is_small)
    draft = Pipeline(load_recipes(), only(chat), sources=sources).generate(job, {}, MemoryProgress())
    assert len(chat.asked) == (0 if is_small else 2)
    found = [source.link.partition("#")[0] for source in draft.sources if source.quote == HANDBOOK]
    assert found == ([] if is_small else ["https://example.com/handbuch"])


def test_who_was_answered_without_other_words_is_told(sqlite_store: Store) -> None:
    sources = make_sources(sqlite_store)
    add_document(sources, "Handbuch", HANDBOOK)
    asked = JobRequest("ask", {"question": "Wie hoch ist der Urlaubsanspruch?"}, "api", "ann")
    job: Job = sqlite_store.jobs.add(asked)[0]
    told = []
    for first in (ModelOutage("It is busy."), '{"queries": []}'):
        chat = ScriptedChat([first, json.dumps(ANSWER)], is_small=False)
        pipeline = Pipeline(load_recipes(), only(chat), sources=sources)
        told.append(NOT_WORDED in pipeline.generate(job, {}, MemoryProgress()).notices)
    assert told == [True, False]


@pytest.mark.parametrize("is_small", [False, True])
def test_a_large_model_leads_a_reply_to_a_source_in_another_language(
    sqlite_store: Store, settings: Settings, is_small: bool
) -> None:
    sources, records = make_sources(sqlite_store), sqlite_store.records
    add_document(sources, "Handbuch", HANDBOOK)
    policies = load_policies(settings, records)
    finder = GroundFinder(StandingFacts(records, sources.people, policies), policies, sources)
    mail = {"message": "Hello Ann,\n\nhow many days off do I get?\n\nBo"}
    job: Job = sqlite_store.jobs.add(JobRequest("reply", mail, "api", "ann"))[0]
    wordings = json.dumps({"queries": ["Urlaubsanspruch Arbeitstage Kalenderjahr"]})
    chat = ScriptedChat([wordings, *["Hi Bo,\n\nyou get 30 working days.\n\nAnn"] * 3], is_small=is_small)
    pipeline = Pipeline(load_recipes(), only(chat), sources=sources, grounds=finder)
    pipeline.generate(job, {}, MemoryProgress())
    assert any(HANDBOOK in message.content for messages in chat.asked for message in messages) is not is_small


@pytest.mark.parametrize(("rules", "asked"), [("", "us"), ('models = { regions = ["eu"] }', "eu")])
def test_only_a_model_that_the_person_may_use_is_told_the_question(
    sqlite_store: Store, tmp_path: Path, rules: str, asked: str
) -> None:
    pipeline, chats = routed(sqlite_store, tmp_path, rules)
    sources = make_sources(sqlite_store)
    add_document(sources, "Handbuch", HANDBOOK)
    job = sqlite_store.jobs.add(JobRequest("ask", {"question": "Does ann@corp.example get days off?"}, "api", "ann"))[0]
    replace(pipeline, sources=sources).generate(job, {}, MemoryProgress())
    assert [name for name, chat in chats.items() if chat.asked] == [asked]
    # What is personal in it stays here.
    assert "ann@corp.example" not in repr(chats[asked].asked)
