"""What listeners work with: work after the acknowledgement, and the recipes that are offered in Slack."""

import threading

from core.errors import StoreOutage
from core.recipes.book import RecipeBook
from core.recipes.loader import load_recipes
from core.store import Store
from integrations.slack.context import BackgroundRunner, slack_recipes
from tests.integrations.slack.conftest import Office


def test_work_runs_after_the_caller_has_gone_on() -> None:
    runner, may_run, ran = BackgroundRunner(), threading.Event(), threading.Event()

    def work() -> None:
        may_run.wait(10)
        ran.set()

    runner(work)
    assert not ran.is_set()
    may_run.set()
    assert ran.wait(10)
    runner.close()


def test_work_that_fails_stops_no_other_work() -> None:
    runner, ran = BackgroundRunner(), threading.Event()

    def fail() -> None:
        raise StoreOutage("The database is away.")

    def break_down() -> None:
        raise ValueError("a fault of ours")

    for work in (fail, break_down, ran.set):
        runner(work)
    assert ran.wait(10)
    runner.close()


def test_only_recipes_for_slack_are_offered() -> None:
    recipes = load_recipes()
    offered = slack_recipes(recipes)
    assert {"compose", "rewrite", "summarize", "reply"} <= set(offered)
    assert all("slack" in recipes[name].surfaces for name in offered)


def test_a_recipe_that_is_made_is_offered_at_once(sqlite_store: Store) -> None:
    book = RecipeBook(None, sqlite_store.records)
    offered = slack_recipes(book)
    assert "my-recipe" not in offered
    book.create(book.new_text(), by="Ann")
    assert offered["my-recipe"].title == "My recipe"
    book.switch_off("my-recipe", by="Ann", after=1)
    assert "my-recipe" not in [*offered]


def test_where_addresses_cannot_be_vouched_for_slack_is_not_asked_for_one(office: Office) -> None:
    assert office.context.members(office.acme.id, "").name(office.ada.id) == "Ada Lovelace"
    assert not office.context.mailbox_of(office.acme.id, "", office.ada.id).is_connected
