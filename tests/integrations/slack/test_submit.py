"""Without a larger model Slack says what a recipe needs, in place of a form and a job that end in an error."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.llm.models_file import ModelsFile
from core.text.catalogues import speaking
from core.writing.lanes import too_small
from integrations.slack.app import make_app
from integrations.slack.submit import unavailable_note
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text
from tests.policies import refusals

NEEDS = "“Rewrite” needs a larger model than the one that is set up."
SMALL = {"name": "tiny", "url": "embedded"}
INSTALL = "`inlaid model install \u2026 --use`"
ASK = f"Ask your administrator for one ({INSTALL} on the server)."
ASK_INSTEAD = "A question to the thread needs none: mention me there with it, and what was said is quoted."
COMMAND = "`inlaid model list`"
LACKING = (
    "actions",
    "compose",
    "consistency",
    "minutes",
    "plain",
    "rewrite",
    "shorten",
    "summarize",
    "translate",
    "variants",
)


@pytest.fixture
def small(make_office: Callable[..., Office]) -> Office:
    """An office with the embedded model alone."""
    return make_office(model_url="")


def answered(office: Office) -> str:
    """Return what was told last, in the channel where the person asked."""
    return office.last(office.ada, office.general).text


@pytest.mark.parametrize(
    ("command", "text"),
    [("/rewrite", "send it"), ("/rewrite", ""), ("/inlaid", "rewrite send it"), ("/inlaid", "rewrite")],
)
def test_a_command_is_answered_at_once_without_a_job(small: Office, command: str, text: str) -> None:
    small.context.connections.learn_own()  # whose the token is, is asked for once, and who asks
    small.context.members(small.acme.id, "").get(small.ada.id)
    before = len(small.slack.ledger.calls)
    ack = small.ada.slash(command, text, channel=small.general)
    assert ack.ok
    assert answered(small) == f"{NEEDS} {ASK}"
    assert small.last(small.ada, small.general).only_for == small.ada.id
    assert small.ada.modal is None
    assert small.queued == []
    assert len(small.slack.ledger.calls) == before  # nobody is asked: it is all in the acknowledgement


@pytest.mark.parametrize(
    ("shortcut", "title"),
    [("find_actions", "Action items"), ("minutes_as_document", "Minutes"), ("turn_into_email", "New message")],
)
def test_a_message_menu_is_answered_at_once_without_a_job(small: Office, shortcut: str, title: str) -> None:
    small.ada.shortcut(shortcut, small.ada.writes("I'll call the service on Friday.", small.general))
    assert answered(small) == f"“{title}” needs a larger model than the one that is set up. {ASK}"
    assert small.last(small.ada, small.general).only_for == small.ada.id
    assert small.queued == []


def test_who_wants_a_thread_in_short_is_told_what_can_be_had_instead(small: Office) -> None:
    small.ada.shortcut("summarize_thread", small.ada.writes("I'll call the service on Friday.", small.general))
    assert answered(small).endswith(f"a larger model than the one that is set up. {ASK} {ASK_INSTEAD}")
    assert small.queued == []


def test_everything_else_is_as_before(small: Office) -> None:
    small.ada.slash("/ask", "How long is the break?", channel=small.general)
    assert [job.recipe for job in small.work()] == ["ask"]


def test_a_larger_model_is_told_from_its_name_and_no_server_is_asked(make_office: Callable[..., Office]) -> None:
    office = make_office(model_url="http://127.0.0.1:9/v1", model_name="Qwen2.5-7B-Instruct")
    office.ada.slash("/rewrite", "send it", channel=office.general)
    assert [job.recipe for job in office.work()] == ["rewrite"]


def test_recipes_that_need_a_larger_model_are_named_in_the_language_that_is_spoken(small: Office) -> None:
    with speaking("de"):
        said = unavailable_note([small.context.recipes[name] for name in ("actions", "rewrite")])
    assert said.startswith("„Aufgaben“ und „Umformulieren“ brauchen ein größeres Modell als das eingerichtete.")


def test_the_list_of_recipes_has_no_button_that_ends_in_an_error(small: Office) -> None:
    small.ada.slash("/inlaid", channel=small.general)
    assert small.ada.modal is not None
    unavailable = [small.context.recipes[name] for name in LACKING if name in small.context.recipes]
    assert len(button_labels(small.ada.modal)) == len(small.context.recipes) - len(unavailable)
    said = quiet_text(small.ada.modal)
    assert all(f"“{recipe.title}”" in said for recipe in unavailable)
    assert "need a larger model than the one that is set up." in said
    assert said.endswith(ASK)
    assert COMMAND not in said
    assert small.slack.ledger.refusals == []


def test_the_home_tab_names_them_and_gives_administrators_the_command(small: Office) -> None:
    small.ada.opens_home()
    assert small.ada.home is not None
    assert "Rewrite" not in button_labels(small.ada.home)
    assert "New message" not in button_labels(small.ada.home)
    assert "Reply" in button_labels(small.ada.home)
    said = quiet_text(small.ada.home)
    assert "“Rewrite”" in said
    assert ASK in said
    assert COMMAND not in said
    small.grace.user.is_admin = True
    small.grace.opens_home()
    assert small.grace.home is not None
    said = quiet_text(small.grace.home)
    assert "“Rewrite”" in said
    assert COMMAND in said
    assert ASK not in said
    assert small.slack.ledger.refusals == []


def test_an_administrator_is_told_the_command_wherever_they_ask(small: Office) -> None:
    small.ada.user.is_admin = True
    small.ada.opens_home()
    small.ada.slash("/rewrite", "send it", channel=small.general)
    assert answered(small) == f"{NEEDS} On the server, {COMMAND} shows which run there, and {INSTALL} sets one up."
    small.ada.slash("/inlaid", channel=small.general)
    assert small.ada.modal is not None
    assert COMMAND in quiet_text(small.ada.modal)


@pytest.mark.parametrize("words", ["rewrite send it", "rewrite"])
def test_a_message_to_the_app_is_answered_in_its_thread(small: Office, words: str) -> None:
    small.ada.writes_to_app(words)
    answer = small.last(small.ada, small.ada.dm)
    assert answer.text == f"{NEEDS} {ASK}"
    assert answer.thread_ts == small.ada.sees(small.ada.dm)[0].ts
    assert small.queued == []


def test_a_mention_is_answered_privately(small: Office) -> None:
    small.ada.mentions_app("rewrite: send it now", small.general)
    assert answered(small) == f"{NEEDS} {ASK}"
    assert small.last(small.ada, small.general).only_for == small.ada.id
    assert small.queued == []


def test_a_form_and_a_button_from_before_end_in_the_sentence(office: Office) -> None:
    office.ada.opens_home()
    office.ada.slash("/rewrite", channel=office.general)
    assert office.ada.home is not None
    assert office.ada.modal is not None
    home = office.ada.home
    # The web process is started again, with a smaller model.
    office.context = replace(office.context, models=ModelsFile.model_validate({"endpoints": [SMALL]}))
    office.app = make_app(office.context)
    office.ada.submit({"text": "send it", "tone": "formal"})
    assert shown_text(office.ada.modal) == f"{NEEDS} {ASK}"
    office.ada.click(home, "choose_recipe:rewrite")
    assert office.last(office.ada, office.ada.dm).text == f"{NEEDS} {ASK}"
    assert office.queued == []


def test_the_pane_suggests_only_what_can_be_done(small: Office) -> None:
    small.ada.opens_home("messages")
    [call] = small.slack.ledger.called("assistant.threads.setSuggestedPrompts")
    shown = call.args["prompts"]
    titles = {row["title"] for row in (json.loads(shown) if isinstance(shown, str) else shown)}
    assert len(titles) == 4
    assert "Rewrite" not in titles


def test_a_model_that_turns_out_too_small_invites_nobody_to_try_again(office: Office) -> None:
    office.answers = [too_small(office.recipes["rewrite"])]
    office.ada.slash("/rewrite", "send it", channel=office.general)
    office.work()
    answer = office.last(office.ada, office.general)
    assert f"{NEEDS} Ask your administrator for one." in shown_text(answer)
    assert button_labels(answer) == []


def test_a_repeat_with_other_content_changes_nothing(office: Office) -> None:
    ack = office.ada.slash("/draft", "hello", channel=office.general)
    payload = {**ack.payload, "text": "something else"}
    again = office.slack.deliver_again(type(ack)(type(ack.request)(ack.request.kind, payload)))
    assert again.status == 200
    assert len(office.queued) == 1


def test_a_policy_hides_recipes_and_refuses_them_in_one_sentence(make_office: Callable[..., Office]) -> None:
    office = make_office(model_url="http://127.0.0.1:9/v1", model_name="Qwen2.5-7B-Instruct")
    rules = (
        '[group.sales]\ntitle = "Sales"\nmembers = ["*"]\nrecipes = { deny = ["rewrite"] }\nask = "it@example.com"\n'
    )
    office.context.policies.book.versions.save(rules, by="Ada", after=0)
    office.context.policies.forget()
    office.ada.slash("/inlaid", channel=office.general)
    assert office.ada.modal is not None
    labels = button_labels(office.ada.modal)
    assert office.context.recipes["rewrite"].title not in labels
    assert len(labels) == len(office.context.recipes) - 1
    office.ada.slash("/rewrite", "send it", channel=office.general)
    sentence = "The recipe rewrite is not allowed by the rule recipes.deny of the group Sales; ask it@example.com."
    assert answered(office) == sentence
    assert office.queued == []
    assert [row[1::2] for row in refusals(office.store)] == [("slack", "group.sales.recipes.deny")]


def test_an_input_that_cannot_be_used_is_named_in_the_language_of_its_writer(office: Office) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    office.general.members.add(zoe.id)
    done = zoe.slash("/ask", "Wann? " * 2_000, channel=office.general)
    assert "Frage: " in str(done) + " ".join(one.text for one in zoe.sees(office.general))
