"""What is kept of a person in Slack: settings that fill in recipes, and their own jobs and figures."""

from core.job import JobRequest
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.store import Store, open_store
from integrations.slack.person import (
    UsageFigures,
    count_people,
    count_recent,
    fill_in,
    open_jobs,
    read_figures,
    read_profile,
    recent_jobs,
    save_profile,
    usable_settings,
)
from tests.core.insight.making import finished_job

RECIPES = load_recipes()


def slack_job(store: Store, person: str, outcome: str = "", workspace: str = "T1") -> None:
    job = finished_job(store, person=person, surface="slack", workspace=workspace)
    if outcome == "accepted":
        store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})
    elif outcome == "edited":
        store.outcomes.add(job, "edited", person=person, distance=0.5, detail={})


def test_settings_come_back_and_are_ones_own(settings: Settings) -> None:
    records = open_store(settings).records
    save_profile(settings, records, "T1", "U1", {"tone": "friendly"})
    assert read_profile(settings, records, "T1", "U1") == {"tone": "friendly"}
    assert read_profile(settings, records, "T1", "U2") == {}


def test_settings_fill_in_only_what_a_recipe_can_take_and_nobody_gave() -> None:
    rewrite, profile = RECIPES["rewrite"], {"tone": "friendly", "language": "", "closing": "Ada"}
    assert fill_in(rewrite, {}, profile).get("tone") == "friendly"
    assert "tone" not in fill_in(rewrite, {"tone": "direct"}, profile)
    assert "tone" not in fill_in(rewrite, {}, {"tone": "no such tone"})
    assert fill_in(RECIPES["actions"], {}, {"tone": "friendly"}) == {}


def test_a_setting_offers_the_choices_of_the_recipes() -> None:
    usable = usable_settings(RECIPES)
    assert "friendly" in usable["tone"]
    assert usable_settings({}) == {}


def test_jobs_of_others_and_of_other_surfaces_do_not_count(settings: Settings) -> None:
    store = open_store(settings)
    slack_job(store, "U1")
    slack_job(store, "U2")
    slack_job(store, "U1", workspace="T2")
    finished_job(store, person="U1", surface="api", workspace="T1")
    assert count_recent(store, [("T1", "U1")], within_seconds=60) == 1
    assert count_recent(store, [("local", "ann"), ("T1", "U1"), ("T2", "U1")], within_seconds=60) == 2
    assert count_recent(store, [("T1", "U1")], within_seconds=-60) == 0
    assert [job.person for job in recent_jobs(store, "T1", "U1", limit=5)] == ["U1"]


def test_what_waits_or_runs_is_open(settings: Settings) -> None:
    store = open_store(settings)
    slack_job(store, "U1")
    waiting, _ = store.jobs.add(JobRequest("reply", {"message": "Hi"}, "slack", "U2", workspace="T1"))
    assert [job.id for job in open_jobs(store, "T1")] == [waiting.id]


def test_of_each_draft_the_last_act_counts(settings: Settings) -> None:
    store = open_store(settings)
    slack_job(store, "U1", "accepted")
    slack_job(store, "U1", "edited")
    job = finished_job(store, person="U2", surface="slack", workspace="T1")
    store.outcomes.add(job, "accepted", person="U2", distance=0.0, detail={})
    store.outcomes.add(job, "rejected", person="U2", distance=None, detail={})
    assert read_figures(store, "T1", "U1") == UsageFigures(1, 1, 0, 0.5)
    assert read_figures(store, "T1") == UsageFigures(1, 1, 1, 0.5)
    assert count_people(store, "T1") == 2


def test_a_text_in_the_language_that_its_person_set_is_not_translated_into_it() -> None:
    profile = {"language": "German"}
    english, german = "We meet at the harbour, and it is cold.", "Wir treffen uns am Hafen, und es ist kalt."
    assert fill_in(RECIPES["translate"], {"text": english}, profile) == {"target_language": "German"}
    assert fill_in(RECIPES["translate"], {"text": german}, profile) == {}
