"""From a slash command to a posted answer: the way that most people take."""

import pytest

from core.recipes.loader import load_recipes
from core.text.catalogues import speaking, told
from integrations.slack.context import slack_recipes
from integrations.slack.intent import Intent, about_channel, parse_intent, typed_recipient
from tests.fakes.slack import payloads
from tests.fakes.slack.acks import deliver
from tests.fakes.slack.targets import AppRequest
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, menu_labels, shown_text

BRIEF = "tell the team that the printer on floor two is broken"
WRITTEN = "The printer on floor two is broken."


def ask(office: Office) -> Message:
    """Ask for a draft and let it be written; returns the private answer."""
    office.answers = [WRITTEN]
    assert office.ada.slash("/draft", BRIEF, channel=office.general).ok
    office.work()
    return office.last(office.ada, office.general)


def test_the_acknowledgement_is_the_first_sign_and_only_the_asker_sees_it(office: Office) -> None:
    ack = office.ada.slash("/draft", BRIEF, channel=office.general)
    assert ack.ok
    sign = office.last(office.ada, office.general)
    assert "I am on it" in sign.text
    assert sign.only_for == office.ada.id
    assert office.grace.sees(office.general) == []
    assert len(office.queued) == 1


def test_the_answer_is_private_and_has_every_button(office: Office) -> None:
    answer = ask(office)
    assert WRITTEN in shown_text(answer)
    assert answer.only_for == office.ada.id
    assert button_labels(answer) == ["Post here", "Edit", "Change…"]
    assert menu_labels(answer) == ["Post to…", "Try again", "Discard"]
    assert answer.blocks[0]["expand"]
    assert office.slack.ledger.refusals == []


def test_the_same_command_delivered_again_is_one_job(office: Office) -> None:
    ack = office.ada.slash("/draft", BRIEF, channel=office.general)
    assert office.slack.deliver_again(ack).ok
    assert office.slack.replay(ack).ok
    assert len(office.queued) == 1


def test_commands_that_nothing_tells_apart_are_jobs_of_their_own(office: Office) -> None:
    for _ in range(2):
        fields = payloads.slash_command(office.slack, office.ada.user, "/draft", BRIEF, office.general)
        fields.pop("trigger_id")
        assert deliver(office.slack, AppRequest("slash_commands", fields)).ok
    assert len(office.queued) == 2


def test_the_answer_does_not_depend_on_the_response_url(office: Office) -> None:
    office.answers = [WRITTEN]
    office.ada.slash("/draft", BRIEF, channel=office.general)
    office.slack.clock.advance(31 * 60)
    office.work()
    answer = office.last(office.ada, office.general)
    assert WRITTEN in shown_text(answer)
    assert answer.only_for == office.ada.id


def test_help_explains_in_a_few_lines(office: Office) -> None:
    ack = office.ada.slash("/inlaid", "help", channel=office.general)
    assert len(ack.text.strip().splitlines()) <= 5
    assert office.queued == []


def test_the_global_shortcut_opens_the_list_and_answers_in_the_apps_messages(office: Office) -> None:
    office.answers = ["The printer is broken."]
    office.ada.shortcut("write_something")
    assert office.ada.modal is not None
    office.ada.click(office.ada.modal, "choose_recipe:compose")
    office.ada.submit({"brief": "the printer is broken"})
    assert "messages with me" in shown_text(office.ada.modal)
    office.work()
    answer = office.last(office.ada, office.ada.dm)
    assert "The printer is broken." in shown_text(answer)
    assert "Post here" not in button_labels(answer)
    assert "Post to…" in [*button_labels(answer), *menu_labels(answer)]


RECIPES = slack_recipes(load_recipes())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("draft a note to the team", Intent("compose", "a note to the team")),
        ("Please summarize: the text", Intent("summarize", "the text")),
        ("email the landlord about the heating", Intent("compose", "the landlord about the heating", mail=True)),
        ("rewrite: send it", Intent("rewrite", "send it")),
        ("shorten this text here", Intent("shorten", "this text here")),
        ("tell everybody that lunch is at noon", Intent("compose", "tell everybody that lunch is at noon")),
        ("where is the printer?", Intent("ask", "where is the printer?")),
        ("Für das Protokoll: das Dach ist neu", Intent("compose", "Für das Protokoll: das Dach ist neu")),
        ("help", Intent("")),
        ("?", Intent("")),
        ("", Intent("")),
    ],
)
def test_words_choose_a_recipe(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES) == intent


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Titel Das Dach am Hafen", Intent("title", "Das Dach am Hafen")),
        ("Risiken finden: der Vertrag", Intent("risks", "der Vertrag")),
        ("Korrektur lesen Das ist ein Felher", Intent("proofread", "Das ist ein Felher")),
        ("korrekturlesen: Das ist ein Felher", Intent("proofread", "Das ist ein Felher")),
        ("Suchlauf", Intent("scan")),
        ("fasse zusammen: das Dach ist neu", Intent("summarize", "das Dach ist neu")),
        ("Fasse diesen Verlauf bitte zusammen", Intent("summarize")),
        ("Antworten Kannst du am Freitag kommen?", Intent("reply", "Kannst du am Freitag kommen?")),
        ("Entwirf eine Antwort auf: Kommst du?", Intent("reply", "Kommst du?")),
        ("schreib dem Team, dass das Dach neu ist", Intent("compose", "dem Team, dass das Dach neu ist")),
        ("Schreib eine Mail: das Dach ist neu", Intent("compose", "das Dach ist neu", mail=True)),
        ("Réponds à ce message : tu viens ?", Intent("reply", "tu viens ?")),
        ("rewrite we did it :tada:", Intent("rewrite", "we did it :tada:")),
        ("rewrite: :tada: we did it", Intent("rewrite", ":tada: we did it")),
        ("Find risks in the contract", Intent("risks", "in the contract")),
    ],
)
def test_what_stands_on_the_buttons_names_a_recipe_in_every_language(text: str, intent: Intent) -> None:
    found = parse_intent(text, RECIPES)
    assert (found, found.is_named) == (intent, True)


@pytest.mark.parametrize("locale", ["en", "de"])
def test_every_title_of_the_chooser_is_a_command(office: Office, locale: str) -> None:
    ada = office.acme.person("Ada", locale=locale)
    for name, recipe in office.context.recipes.items():
        with speaking(locale):
            title = told(recipe.title)
        ada.slash("/inlaid", title, channel=ada.dm)
        assert ada.modal is not None
        with speaking(locale):
            assert (name, ada.modal.title[:23]) == (name, title[:23])


@pytest.mark.parametrize(
    "words",
    [
        "Write a reply to this: Hello, can you send the invoice?",
        "Write a reply to this mail:\nHello, can you send the invoice?",
        "reply to this mail: Hello, can you send the invoice?",
        "Antworte auf diese Mail:\n\nHello, can you send the invoice?",
    ],
)
def test_what_only_announces_a_message_is_no_part_of_it(office: Office, words: str) -> None:
    office.ada.writes_to_app(words)
    [job] = office.work()
    assert (job.recipe, job.inputs["message"]) == ("reply", "Hello, can you send the invoice?")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("summarize this thread please", Intent("summarize")),
        ("reply yes, but on Friday", Intent("reply", "yes, but on Friday")),
        ("draft a reply: yes, that is fine", Intent("reply", "yes, that is fine")),
        ("please write an answer to Grace: yes", Intent("reply", "to Grace: yes")),
        ("draft reply", Intent("reply")),
        ("draft reply cards for the guests", Intent("compose", "reply cards for the guests")),
        ("action items", Intent("actions")),
        ("action items in this thread", Intent("actions")),
        ("summarize this thread please, briefly", Intent("summarize")),
        ("", Intent("summarize")),
        ("what did we decide?", Intent("ask", "what did we decide?")),
        ("that is all", Intent("summarize", "that is all")),
    ],
)
def test_in_a_thread_bare_words_are_about_the_thread(text: str, intent: Intent) -> None:
    assert parse_intent(text, RECIPES, in_thread=True) == intent


@pytest.mark.parametrize(
    ("text", "language", "own"),
    [
        ("translate into German: Hello there", "German", "Hello there"),
        ("translate the following text from English into German please:\nHello", "German", "Hello"),
        ("translate into Dutch Dear all: we meet", "Dutch", "Dear all: we meet"),
        ("translate “Guten Tag” to English", "English", "“Guten Tag”"),
        ("Übersetze das bitte ins Deutsche: Hello", "German", "Hello"),
        ("übersetze Good morning auf Spanisch", "Spanish", "Good morning"),
        ("traduis en allemand : Bonjour", "German", "Bonjour"),
        ("traduire ce texte en espagnol", "Spanish", ""),
        ("traduce al alemán: Hola", "German", "Hola"),
        ("translate In German towns it is cold", None, "In German towns it is cold"),
        ("translate: put it into German", None, "put it into German"),
        ("translate I am a German.", None, "I am a German."),
        ("translate She met a French", None, "She met a French"),
        ("translate We will soon move to English", None, "We will soon move to English"),
        ("translate He said it in German", None, "He said it in German"),
        ("translate Send it to Germany", None, "Send it to Germany"),
        ("translate We are closed on Monday into German", "German", "We are closed on Monday"),
        ("translate this to German", "German", ""),
        ("translate Hello into German!", "German", "Hello"),
        ("translate Hello into German, thanks", "German", "Hello"),
        ("translate it to English. Danke für die Mail", "English", "Danke für die Mail"),
        ("translate to English Danke für die Mail", "English", "Danke für die Mail"),
        ("translate into Polish: Hello there", "Polish", "Hello there"),
        ("translate into German: :tada: done", "German", ":tada: done"),
        ("traduis “Bonjour” en allemand s'il te plaît", "German", "“Bonjour”"),
        ("traduire de l'anglais vers l'allemand : Hi", "German", "Hi"),
        ("traduce Hola al alemán por favor", "German", "Hola"),
    ],
)
def test_the_language_that_words_name_is_the_one_to_translate_into(text: str, language: str | None, own: str) -> None:
    intent = parse_intent(text, RECIPES)
    assert (intent.recipe, intent.inputs.get("target_language"), intent.text) == ("translate", language, own)


def test_a_command_translates_into_the_language_that_it_names(office: Office) -> None:
    office.ada.slash("/inlaid", "translate into German: Hello there", channel=office.general)
    [job] = office.work()
    assert (job.inputs["text"], job.inputs["target_language"]) == ("Hello there", "German")


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("write an email to Petra: thanks", True),
        ("Write Mr Brandt a short, friendly email about the roof", True),
        ("Schreib eine E-Mail an Herrn Brandt, dass das Dach neu ist", True),
        ("Schreib Herrn Brandt eine Mail wegen des Dachs", True),
        ("rédige un courriel à Mme Petit", True),
        ("escribe un correo a Ana", True),
        ("write Tom that I got an email from Ann", False),
        ("draft a note about an email", False),
        ("write the team the email server is down", False),
        ("Write me an email for Petra", True),
        ("Write an email: thanks", True),
        ("draft Email policy for new joiners", False),
        ("write Mail merge instructions", False),
        ("write Tom Email server is down", False),
        ("write Tom: Email is down", False),
        ("write an email signature policy", False),
        ("write email to Petra about the roof", True),
        ("Schreib Mail an Petra: das Dach ist neu", True),
        ("Write an email confirming the meeting on Friday", True),
        ("Write an email declining Tom's offer", True),
        ("write an email draft to Petra", True),
        ("Schreib eine E-Mail und sag Petra ab", True),
        ("Verfasse eine Mail von mir an Petra", True),
        ("write a short email template", False),
        ("write Tom his email to Ann bounced", False),
        ("write the team the email to Ann bounced", False),
        ("draft announcement: an email from Ann came", False),
    ],
)
def test_who_asks_for_an_email_gets_one(text: str, mail: bool) -> None:
    intent = parse_intent(text, RECIPES)
    assert (intent.recipe, intent.mail) == ("compose", mail)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("to k.m@x.example: the roof", "k.m@x.example"),
        ("an email to Mr Brandt (b@x.example): the roof", "b@x.example"),
        ("eine Mail an Frau K. Holt <mailto:k@x.example|k@x.example>: Danke", "k@x.example"),
        ("à Mme Petit, p@x.example : merci", "p@x.example"),
        ("tell Tom to write to ann@x.example", ""),
        ("to Tom: ann@x.example is new", ""),
        ("to k@x.example, cc b@x.example", ""),
        ("an email to Tom", ""),
        ("to k@x.example about the roof", "k@x.example"),
        ("to k@x.example\nThe roof is new", "k@x.example"),
        ("a k@x.example: gracias por la información de ayer", "k@x.example"),
        ("A support@x.example mail bounced: tell IT", ""),
        ("A support@x.example, the mailbox of us all, was full: tell IT", ""),
        ("bob@x.example sends us spam, tell IT", ""),
        ("an admin@x.example account was hacked", ""),
        ("to ann@x.example's boss: she left", ""),
        ("to Tom ann@x.example is blocked", ""),
        ("To Bob, From ann@x.example: hi", ""),
    ],
)
def test_a_mail_goes_to_the_address_that_words_name_for_it(text: str, address: str) -> None:
    assert typed_recipient(text) == address


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/summarize", "this thread"),
        ("/inlaid", "summarise the thread above"),
        ("/inlaid", "fasse die Unterhaltung oben zusammen"),
        ("/inlaid", "résume la conversation ci-dessus"),
        ("/inlaid", "resumir la conversación de arriba"),
        ("/inlaid", "minutes of this thread"),
        ("/inlaid", "tasks from the thread"),
        ("/inlaid", "Protokoll dieses Threads"),
        ("/inlaid", "Aufgaben aus diesem Verlauf"),
        ("/inlaid", "tâches du fil"),
        ("/inlaid", "tareas del hilo"),
    ],
)
def test_words_for_a_thread_are_no_text_and_a_command_says_how_to_name_it(
    office: Office, command: str, words: str
) -> None:
    ack = office.ada.slash(command, words, channel=office.general)
    assert "Summarize thread" in ack.text
    assert office.queued == []


def test_the_chooser_leads_to_every_recipe_for_slack(office: Office) -> None:
    office.ada.slash("/inlaid", channel=office.general)
    assert office.ada.modal is not None
    assert len(button_labels(office.ada.modal)) == len(office.context.recipes)
    for name in office.context.recipes:
        office.ada.slash("/inlaid", channel=office.general)
        office.ada.click(office.ada.modal, f"choose_recipe:{name}")
        assert office.ada.modal.title == office.recipes[name].title[:24]
    assert office.slack.ledger.refusals == []


def test_words_after_inlaid_choose_the_recipe(office: Office) -> None:
    office.ada.slash("/inlaid", "rewrite send it now", channel=office.general)
    [job] = office.work()
    assert (job.recipe, office.read[0]["text"]) == ("rewrite", "send it now")


def test_a_question_becomes_a_job_without_a_form(office: Office) -> None:
    office.ada.slash("/ask", "where is the printer?", channel=office.general)
    [job] = office.work()
    assert (job.recipe, job.inputs["question"]) == ("ask", "where is the printer?")


@pytest.mark.parametrize(
    ("words", "recipe", "text"),
    [
        ("Antworten Kannst du am Freitag kommen?", "reply", "Kannst du am Freitag kommen?"),
        ("Titel Das Dach", "title", "Das Dach"),
    ],
)
def test_a_german_title_behind_the_command_runs_its_recipe(office: Office, words: str, recipe: str, text: str) -> None:
    office.ada.slash("/inlaid", words, channel=office.general)
    [job] = office.work()
    assert (job.recipe, text in job.inputs.values()) == (recipe, True)


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("use this channel", "use"),
        ("Diesen Channel verwenden", "use"),
        ("diesen  Kanal nicht mehr verwenden.", "stop"),
        ("n\u2019utilise plus ce canal", "stop"),
        ("deja de usar este canal", "stop"),
        ("use this channel as an example", ""),
    ],
)
def test_a_channel_is_taken_and_left_in_the_words_of_every_language(said: str, act: str) -> None:
    assert about_channel(said) == act
