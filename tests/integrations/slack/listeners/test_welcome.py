"""What the app says of itself, to people who have never met it: what works with the model in use, and nothing else."""

from collections.abc import Callable

import pytest

from tests.fakes.slack.person import Person
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import shown_text

LARGER = "needs a larger model than the one that is set up"


@pytest.fixture
def small(make_office: Callable[..., Office]) -> Office:
    """An office with the embedded model alone."""
    return make_office(model_url="")


def told(office: Office, said: str, by: Person | None = None) -> str:
    """Return what somebody is told in their messages with the app."""
    person = by or office.ada
    person.writes_to_app(said)
    assert office.queued == []
    return office.last(person, person.dm).text


@pytest.mark.parametrize(
    "said", ["hi", "Hello!", "hallo", "what can you do?", "Hi there, what can you do?", "Who are you?"]
)
def test_a_greeting_is_answered_with_who_it_is_and_three_things_to_try(office: Office, said: str) -> None:
    answer = told(office, said)
    assert answer.startswith("Hello, I am *Inlaid*.")
    assert answer.count("• ") == 3
    assert "draft" not in answer.partition("• ")[0]


@pytest.mark.parametrize("said", ["hi", "hallo", "was kannst du?", "Hallo, was können Sie?"])
def test_it_is_in_the_language_of_whoever_greets(office: Office, said: str) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    assert told(office, said, zoe).startswith("Hallo, ich bin *Inlaid*.")


def test_only_what_the_embedded_model_can_do_is_offered_to_try(small: Office) -> None:
    answer = told(small, "hi")
    assert [name in answer for name in ("leave do I have", "`reply`", "did I miss", "`summarize`", "`draft")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_hello_below_a_draft_is_about_the_draft_and_elsewhere_it_is_a_greeting(office: Office) -> None:
    office.ada.writes_to_app("draft the printer is broken")
    root = office.ada.sees(office.ada.dm)[0]
    office.work()
    office.ada.writes_to_app("hello", root.ts)
    assert "what should change" in office.last(office.ada, office.ada.dm).text
    office.ada.writes_to_app("hello")
    assert "I am *Inlaid*" in office.last(office.ada, office.ada.dm).text
    talk = office.grace.writes("The printer is broken.", office.general)
    office.ada.mentions_app("hello", office.general, talk.ts)
    assert "I am *Inlaid*" in office.last(office.ada, office.general).text


@pytest.mark.parametrize("said", ["delete my data", "Please delete all my data.", "What do you know about me?"])
def test_who_asks_for_their_data_is_told_where_that_is_done(small: Office, said: str) -> None:
    assert "your administrator" in told(small, said)
    small.ada.slash("/inlaid", said, channel=small.general)
    assert "your administrator" in small.last(small.ada, small.general).text
    assert small.queued == []


def test_help_names_what_works_with_ask_first_and_the_rest_in_one_line(small: Office) -> None:
    small.ada.slash("/inlaid", "help", channel=small.general)
    *able, unable = small.last(small.ada, small.general).text.splitlines()
    text = "\n".join(able)
    assert text.index("`/ask`") < text.index("`/inlaid reply`")
    assert not [name for name in ("/draft", "/rewrite", "/summarize", "/email", "Find action items") if name in text]
    assert "Draft a reply" in text
    assert "“New message”" in unable
    assert unable.count("larger model") == 1


def test_help_names_every_command_where_the_model_writes(office: Office) -> None:
    office.ada.slash("/inlaid", "help", channel=office.general)
    text = office.last(office.ada, office.general).text
    assert all(name in text for name in ("`/ask`", "`/draft`", "`/rewrite`", "`/summarize`", "Turn into an email"))
    assert "larger model" not in text


@pytest.mark.parametrize("said", ["banana", "post the last answer in there", "ich verstehe das nicht <& mehr"])
def test_what_no_command_understands_is_said_to_be_so_with_two_examples(small: Office, said: str) -> None:
    small.ada.slash("/inlaid", said, channel=small.general)
    for answer in (told(small, said), small.last(small.ada, small.general).text):
        assert answer.startswith("I did not understand “")
        assert answer.count("• ") == 2
        assert LARGER not in answer
    assert "`/inlaid how many days" in small.last(small.ada, small.general).text
    assert small.slack.ledger.refusals == []


def test_who_only_calls_the_app_in_a_thread_gets_help(small: Office) -> None:
    root = small.grace.writes("The printer is broken.", small.general)
    small.ada.mentions_app("", small.general, root.ts)
    assert "`/ask`" in small.last(small.ada, small.general).text


@pytest.mark.parametrize("text", ["", "The printer is broken."])
def test_a_summary_that_takes_a_larger_model_is_refused_before_its_form_is_filled(small: Office, text: str) -> None:
    small.ada.slash("/summarize", text, channel=small.general)
    small.ada.shortcut("summarize_thread", small.grace.writes("The printer is broken.", small.general))
    assert small.ada.modal is None
    assert [LARGER in one.text for one in small.ada.sees(small.general) if one.bot_id] == [True, True]
    assert small.queued == []


@pytest.mark.parametrize("name", ["reply", "scan", "title"])
def test_a_recipe_without_a_text_opens_its_form(small: Office, name: str) -> None:
    small.ada.slash("/inlaid", name, channel=small.general)
    assert small.ada.modal is not None
    assert small.ada.modal.title == small.recipes[name].title


def test_a_guest_is_told_at_once(small: Office) -> None:
    guest = small.acme.person("Gus Guest", is_restricted=True)
    small.general.members.add(guest.id)
    for words in ("help", "", "reply", "blah"):
        guest.slash("/inlaid", words, channel=small.general)
        assert "full members" in small.last(guest, small.general).text
    assert guest.modal is None
    guest.writes_to_app("hi")
    assert "full members" in shown_text(small.last(guest, guest.dm))
    assert small.queued == []
