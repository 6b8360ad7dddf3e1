"""Every kind of message, modal and page, filled to the brim, is one that Slack takes."""

from collections.abc import Callable

import pytest

from core.drafts import Draft, Finding, Gap, Item, Source
from core.insight.learning.rule_store import LearnedRule
from core.insight.learning.style_rules import Evidence, StyleRule
from core.job import new_id
from core.recipes.loader import load_recipes
from integrations.slack.delivery import answer
from integrations.slack.person import UsageFigures, usable_settings
from integrations.slack.reply_target import ReplyTarget
from integrations.slack.views import app_home, draft_message, modals
from integrations.slack.views.blocks import Block, Message, note_message
from integrations.slack.views.draft_message import DraftActions
from integrations.slack.views.mrkdwn import escape
from tests.fakes.slack.blocks import faults_in_message
from tests.fakes.slack.view_rules import checked_view

MAX_TEXT_CHARS = 4000  # what chat.update takes
LONG = "A long & <winding> road, @here. " * 1000
WORD = "x" * 20_000
PLAIN = "A button shows & < > as they are. " * 1000
TABLE = "|a|b|\n|-|-|\n" + "|x|y|\n" * 900
JOB = new_id()
RECIPES = load_recipes()
URLS = frozenset({"https://wiki.example/" + "p" * 400})
PLACE = ReplyTarget(
    "T" * 12, "E" * 12, "C" * 12, "1700000000.000001", response_url="https://hooks.slack.com/" + "r" * 200
).to_json()
OFFER = DraftActions(JOB, here=True, mail=True, mailbox=True, feedback=True)


def full_draft(text: str) -> Draft:
    return Draft(
        recipe="compose",
        subject=LONG,
        text=text,
        gaps=tuple(Gap(place=f"[[{WORD[:300]}]]", question=LONG, choices=(PLAIN,) * 30) for _ in range(30)),
        findings=tuple(Finding(check="facts", severity="warn", sentence=LONG) for _ in range(30)),
        sources=tuple(Source(number=one, title=LONG, link=next(iter(URLS)), quote=LONG) for one in range(30)),
        notices=(LONG,) * 10,
        skeleton=True,
    )


ITEMS = Draft(recipe="actions", items=tuple(Item(text=LONG, quote=LONG, who=LONG, due=LONG) for _ in range(40)))
MESSAGES: dict[str, list[Message]] = {
    "answer": draft_message.answer_messages(full_draft(LONG), OFFER, allowed_urls=URLS, notes=[LONG]),
    "answer of one word": draft_message.answer_messages(full_draft(WORD), OFFER, allowed_urls=URLS),
    "answer in code": draft_message.answer_messages(full_draft(f"```\n{LONG}\n```"), OFFER, allowed_urls=URLS),
    "answer with a table": draft_message.answer_messages(full_draft(TABLE), OFFER, allowed_urls=URLS),
    "list": draft_message.answer_messages(ITEMS, OFFER, allowed_urls=URLS),
    "post": draft_message.posted_messages(full_draft(LONG), allowed_urls=URLS, user_id="U" * 12),
    "post of a list": draft_message.posted_messages(ITEMS, allowed_urls=URLS, user_id="U" * 12),
    "note": [note_message(escape(LONG[:3900]))],
    "error": [draft_message.error_message(LONG, LONG, JOB)],
    "doubt": [answer.maybe_shown(JOB)],
}  # fmt: skip
VIEWS: dict[str, Callable[[], Block]] = {
    "chooser": lambda: modals.chooser_modal(RECIPES, PLACE),
    "edit": lambda: modals.edit_modal(LONG, {**PLACE, "job": JOB}),
    "edit of a very long text": lambda: modals.edit_modal(LONG * 5, {**PLACE, "job": JOB}),
    "post to": lambda: modals.post_to_modal({**PLACE, "job": JOB}),
    "feedback": lambda: modals.feedback_modal({"job": JOB}),
    "settings": lambda: modals.settings_modal(
        {"tone": "gone", "closing": LONG}, usable_settings(RECIPES), shares_examples=True
    ),
    "loading": lambda: modals.loading_modal(LONG),
    "notice": lambda: modals.notice_modal(LONG, escape(LONG)),
    **{f"form of {name}": lambda one=one: modals.recipe_modal(one, PLACE) for name, one in RECIPES.items()},  # type: ignore[misc] # mypy knows no defaults of lambdas
    **{
        f"filled form of {name}": lambda one=one: modals.recipe_modal(  # type: ignore[misc]
            one, PLACE, {wanted.name: LONG for wanted in one.inputs}
        )
        for name, one in RECIPES.items()
    },
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_every_message_is_within_slacks_limits(kind: str) -> None:
    for message in MESSAGES[kind]:
        assert faults_in_message(message.blocks) == []
        assert 0 < len(message.text) <= MAX_TEXT_CHARS
        assert not [bad for bad in ("<winding>", "@here") if bad in str(message)]


@pytest.mark.parametrize("kind", VIEWS)
def test_every_modal_is_within_slacks_limits(kind: str) -> None:
    assert checked_view(VIEWS[kind](), "modal")


@pytest.mark.parametrize("is_admin", [False, True])
def test_app_home_is_within_slacks_limits(is_admin: bool) -> None:
    figures = UsageFigures(10**6, 10**6, 10**6, 0.5)
    profile = {"closing": LONG, "tone": LONG, "language": LONG}
    many = {f"{name}{number}": one for name, one in RECIPES.items() for number in range(10)}
    rule, evidence = StyleRule("replace", LONG, LONG), Evidence(10**6, 10**6, 0, 0.5, 0.1)
    rules = [LearnedRule(f"{number:012}", rule, "offered", evidence, ("slack",), 0.0) for number in range(50)]
    team = figures if is_admin else None
    usable = tuple(usable_settings(RECIPES))
    data = app_home.AppHome(many, (), figures, profile, usable, rules=rules, is_admin=is_admin, team_figures=team)
    assert "wish:use" in str(app_home.app_home_view(data))
    assert checked_view(app_home.app_home_view(data), "home")
