"""What is written in Slack is a chat message, by a model as by rules, and what `/email` writes is a mail."""

from collections.abc import Callable

import pytest

from core.llm.routes import open_models
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.runner.pipeline import open_pipeline
from core.writing.plans import PLANS, PlanResult
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.screen import shown_text

BRIEF = "tell Tom politely that the server moves on Saturday from 22:00, ask for the new IP range"
BODY = "The server moves on Saturday from 22:00. Could you send me the new IP range?"
MAIL = f"Subject: Server moves on Saturday\n\nHi Tom,\n\n{BODY}\n\nBest regards,\nAda Lovelace"
LETTERS = ("Subject:", "greeting line, end", "closing line")


@pytest.fixture
def writing(make_office: Callable[..., Office], openai_server: OpenAIServer) -> Office:
    """An office whose drafts a larger model writes."""
    made = make_office(model_url=openai_server.url, model_name="fake-model", model_size="large")
    made.generate = open_pipeline(made.settings, made.store, open_models(made.settings)).generate
    return made


def asked(server: OpenAIServer) -> str:
    """Return what the request itself told the model, below the examples."""
    return str(server.chats[-1].body["messages"][-1]["content"])


def posted(office: Office) -> Message:
    return next(message for message in office.grace.sees(office.general) if message.bot_id and not message.only_for)


@pytest.mark.parametrize("written", [BODY, MAIL, f"Hi Tom,\n{BODY}\n\nBest regards\nAda"])
def test_a_model_is_asked_for_a_chat_message_and_its_body_alone_is_posted(
    writing: Office, openai_server: OpenAIServer, written: str
) -> None:
    openai_server.script(written)
    writing.ada.slash("/draft", BRIEF, channel=writing.general)
    writing.work()
    assert "It is a chat message: no subject, no greeting line, no closing, no name." in asked(openai_server)
    assert [letter for letter in LETTERS if letter in openai_server.chats[-1].prompt] == []
    writing.ada.click(writing.last(writing.ada, writing.general), "post_here")
    assert shown_text(posted(writing)).startswith(BODY)
    assert "Tom" not in shown_text(posted(writing))
    assert "regards" not in shown_text(posted(writing))


def test_a_mail_is_asked_for_and_shown_as_before(writing: Office, openai_server: OpenAIServer) -> None:
    openai_server.script(MAIL)
    writing.ada.slash("/email", BRIEF, channel=writing.general)
    writing.work()
    assert "chat message" not in openai_server.chats[-1].prompt
    assert 'The first line is "Subject: "' in asked(openai_server)
    shown = shown_text(writing.last(writing.ada, writing.general))
    assert shown.startswith("*Server moves on Saturday*\n\nHi Tom,")
    assert "Best regards,\nAda Lovelace" in shown


def test_a_signature_of_the_settings_is_for_mails(writing: Office, openai_server: OpenAIServer) -> None:
    writing.store.records.put(
        "slack_profile", writing.acme.id, writing.ada.id, {"closing": "Cheers\nAda, Engines"}, person=writing.ada.id
    )
    openai_server.script(BODY, BODY)
    writing.ada.slash("/draft", BRIEF, channel=writing.general)
    writing.work()
    assert "Engines" not in shown_text(writing.last(writing.ada, writing.general))
    writing.ada.slash("/email", BRIEF, channel=writing.general)
    writing.work()
    assert "Ada, Engines" in shown_text(writing.last(writing.ada, writing.general))


def test_a_reply_in_a_thread_is_a_chat_message(writing: Office, openai_server: OpenAIServer) -> None:
    openai_server.script("Hi Grace,\n\nthank you for calling them.\n\nBest regards,\nAda")
    root = talk(writing)
    writing.ada.shortcut("draft_reply", root)
    writing.work()
    assert "The reply is a chat message" in asked(openai_server)
    assert shown_text(writing.last(writing.ada, writing.general)).startswith("Thank you for calling them.")


def test_a_new_version_may_greet_where_the_person_wants_it(writing: Office, openai_server: OpenAIServer) -> None:
    openai_server.script(BODY, f"Hi Tom,\n\n{BODY}")
    writing.ada.writes_to_app(f"draft {BRIEF}")
    writing.work()
    [root, *_] = writing.ada.sees(writing.ada.dm)
    writing.ada.writes_to_app("greet Tom by his name", root.ts)
    writing.work()
    assert "first line with the subject" not in openai_server.chats[-1].prompt
    assert shown_text(writing.ada.sees(writing.ada.dm, root.ts)[-1]).startswith("Hi Tom,")


@pytest.mark.parametrize("is_mail", [False, True])
def test_rules_write_a_letter_for_mails_alone(is_mail: bool) -> None:
    values = {"brief": "The server moves on Saturday from 22:00.", "recipient_name": "Tom", "owner_name": "Ada"}
    chat = {} if is_mail else {"chat": "yes"}
    result = run_by_rule("compose", {**values, **chat})
    assert (result.subject is None) is not is_mail
    assert result.text == (
        f"Hi Tom,\n\n{values['brief']}\n\nBest regards,\nAda" if is_mail else "The server moves on Saturday from 22:00."
    )


def test_rules_keep_a_greeting_that_the_person_typed() -> None:
    result = run_by_rule("compose", {"brief": "Hi team, the server moves on Saturday.", "chat": "yes"})
    assert result.text == "Hi team,\n\nThe server moves on Saturday."


def test_rules_answer_in_a_thread_without_greeting_and_closing(
    make_office: Callable[..., Office], openai_server: OpenAIServer
) -> None:
    office = make_office(model_url=openai_server.url, model_name="fake-model", model_size="small")
    office.generate = open_pipeline(office.settings, office.store, open_models(office.settings)).generate
    office.ada.shortcut("draft_reply", office.grace.writes("Can you send me the IP range by Friday?", office.general))
    office.work()
    shown = shown_text(office.last(office.ada, office.general))
    assert "[[" in shown
    assert [one for one in ("Hi Grace", "Hello", "regards", "Ada") if one in shown] == []


def run_by_rule(name: str, given: dict[str, str]) -> PlanResult:
    """Run a recipe without a model."""
    recipe = load_recipes()[name]
    return PLANS[recipe.plan](recipe, validate_inputs(recipe, given), no_model)


def no_model(*_: object, **__: object) -> str:
    """Stand where a model is asked; rules ask none."""
    raise AssertionError("A model was asked.")


def test_a_form_asks_for_subject_and_greeting_where_a_mail_is_written(writing: Office) -> None:
    labels = {}
    for command in ("/draft", "/email"):
        writing.ada.slash(command, "", channel=writing.general)
        view = writing.ada.modal
        assert view
        labels[command] = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    assert labels["/email"] - labels["/draft"] == {"subject", "greeting"}


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("übersetzen The server moves on Saturday, and it will be slow until then.", "German"),
        ("übersetzen Der Server zieht am Samstag um, und bis dahin ist er langsam.", "English"),
        ("übersetze ins Spanische: The server moves on Saturday.", "Spanish"),
    ],
)
def test_a_translation_is_into_the_language_that_is_named_or_the_persons_own(
    writing: Office, openai_server: OpenAIServer, words: str, language: str
) -> None:
    zoe = writing.acme.person("Zoë Ångström", locale="de-DE")
    openai_server.script("…", "…", "…")
    zoe.writes_to_app(words)
    writing.work()
    assert f"Into: {language}\n" in str(openai_server.chats[0].body["messages"][-1]["content"])


def test_a_mail_of_a_thread_may_leave_out_what_its_people_told_each_other(
    writing: Office, openai_server: OpenAIServer
) -> None:
    root = writing.grace.writes("It costs us 2,300 EUR, and I am at the dentist at 12:00.", writing.general)
    writing.ada.writes("Then let us offer it to Ms Holt for 3,100 EUR.", writing.general, root.ts)
    openai_server.script(
        "Subject: Our offer\n\nDear Ms Holt,\n\nWe offer it for 3,100 EUR.\n\nKind regards,\nAda Lovelace"
    )
    writing.ada.shortcut("turn_into_email", root)
    writing.work()
    shown = shown_text(writing.last(writing.ada, writing.general))
    assert (len(openai_server.chats), "3,100 EUR" in shown, "2,300" in shown) == (1, True, False)
