"""The stored cells of the report."""

import threading
from typing import Any

import pytest

from core.insight.report.counting_rules import CountingRules
from core.insight.report.rollup import roll_up_all
from core.job import Job
from core.store import Store
from tests.core.insight.making import failed_job, finished_job
from tests.core.insight.report.acts import say, total


def test_every_filter_finds_the_job_in_its_own_sums(store: Store, rules: CountingRules) -> None:
    told: dict[str, Any] = {"recipe_version": 3, "prompt_hash": "ab12"}
    finished_job(store, person="sue", model="large", variant="brief", surface="slack", **told)
    finished_job(store, person="ann", model="small-1b")
    failed_job(store)
    everything = total(store, rules)
    assert (everything["jobs"], everything["done"], everything["failed"], everything["people"]) == (3, 2, 1, 2)
    assert everything["saved_usd"] == pytest.approx(0.01)
    for where in ({"surface": "slack"}, {"model": "large"}, {"team": "sales"}, {"recipe": "reply", "variant": "brief"}):
        assert total(store, rules, **where)["jobs"] == 1
    for where in ({"recipe_version": "3"}, {"prompt_hash": "ab12"}, {"recipe_version": "3", "surface": "slack"}):
        assert total(store, rules, **where)["jobs"] == 1
    assert total(store, rules, recipe_version="3", prompt_hash="ab12", variant="brief", team="sales")["jobs"] == 1
    assert total(store, rules, recipe="reply", prompt_hash="")["jobs"] == 2
    narrow = {"recipe": "reply", "surface": "slack", "model": "large", "team": "sales"}
    assert total(store, rules, **narrow)["jobs"] == 1
    assert total(store, rules, surface="word") == {"people": 0}


def test_two_processes_that_count_at_once_count_each_job_once(store: Store, rules: CountingRules) -> None:
    for number in range(12):
        finished_job(store, person=f"p{number}")
    threads = [threading.Thread(target=roll_up_all, args=(store, rules)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = total(store, rules)
    assert (counted["jobs"], counted["people"]) == (12, 12)


def test_counting_and_acting_at_the_same_time_block_nobody(store: Store, rules: CountingRules) -> None:
    made = [finished_job(store, person=f"p{number}") for number in range(6)]
    failures: list[Exception] = []

    def act(job: Job) -> None:
        try:
            for turn in range(12):
                say(store, job, "accepted" if turn % 2 else "rejected")
        except Exception as error:  # whatever it is, the test has to tell it
            failures.append(error)

    threads = [threading.Thread(target=act, args=(job,)) for job in made]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        roll_up_all(store, rules)
    assert failures == []
    assert total(store, rules)["accepted"] == 6
