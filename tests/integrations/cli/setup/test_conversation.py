"""The conversation: what is asked, what is shown, and that only what was confirmed is kept."""

from pathlib import Path

import pytest
import typer
from dotenv import dotenv_values

from core.errors import InputError
from core.settings import read_settings
from integrations.cli.setup.conversation import Conversation, read_parts
from integrations.cli.setup.env_file import read_env_file
from integrations.cli.setup.needs import OF_MICROSOFT, SetupPart, Way
from integrations.cli.setup.state import State

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


class Person:
    """Answers questions in turn, and stops (Ctrl-C) when there are no answers left. A port of the conversation."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.seen: list[str] = []
        self.hidden: list[str] = []

    def show(self, text: str) -> None:
        self.seen.append(text)

    def ask(self, question: str, *, is_secret: bool = False) -> str:
        self.seen.append(question)
        if not self._answers:
            raise typer.Abort
        answer = self._answers.pop(0)
        (self.hidden if is_secret else self.seen).append(answer)
        return answer

    def confirm(self, question: str) -> bool:
        return self.ask(question) == "y"

    @property
    def screen(self) -> str:
        return "\n".join(self.seen)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def begin(person: Person, file: Path, *parts: SetupPart, way: Way = Way.SOCKET) -> State:
    talk = Conversation(person, lambda: read_settings(file))
    return talk.go_through(State(parts, way, read_env_file(file), read_settings(file)))


def test_slack_is_set_up_by_two_tokens_that_nobody_sees(file: Path) -> None:
    person = Person("xapp-1-A1-2-ab", '"xoxb-1-2-cd"', "y")
    state = begin(person, file, SetupPart.SLACK)
    assert dotenv_values(file) == {"INLAID_SLACK_APP_TOKEN": "xapp-1-A1-2-ab", "INLAID_SLACK_BOT_TOKEN": "xoxb-1-2-cd"}
    assert state.all_missing == ()
    assert person.hidden == ["xapp-1-A1-2-ab", '"xoxb-1-2-cd"']
    assert "xapp-1-A1" not in person.screen
    assert "INLAID_SLACK_BOT_TOKEN=****" in person.screen
    manifest, token = person.screen.index("slack manifest --socket"), person.screen.index("INLAID_SLACK_APP_TOKEN:")
    assert manifest < token


def test_nothing_is_written_without_a_yes(file: Path) -> None:
    person = Person("xapp-1", "xoxb-1", "n")
    state = begin(person, file, SetupPart.SLACK)
    assert not file.exists()
    assert len(state.all_missing) == 2
    assert "Nothing was written." in person.screen


def test_a_setup_that_is_broken_off_goes_on_where_it_was(file: Path) -> None:
    with pytest.raises(typer.Abort):
        begin(Person("https://inlaid.example.com", "y", GUID), file, *OF_MICROSOFT)
    assert dotenv_values(file) == {"INLAID_PUBLIC_URL": "https://inlaid.example.com"}
    again = Person(GUID, OTHER, "value~of.the-secret", "ann@example.com", "y")
    state = begin(again, file, *OF_MICROSOFT)
    assert "INLAID_PUBLIC_URL:" not in again.screen
    assert "https://inlaid.example.com/graph/signed-in" in again.screen
    assert state.all_missing == ()
    assert dotenv_values(file)["INLAID_MICROSOFT_CLIENT_ID"] == OTHER


def test_the_parts_of_microsoft_are_gone_through_once(file: Path) -> None:
    person = Person("https://inlaid.example.com", "y", "", "", "", "")
    begin(person, file, *OF_MICROSOFT)
    assert person.screen.count("Register the app") == 1
    assert person.screen.count("INLAID_MICROSOFT_TENANT_ID:") == 1


def test_what_the_script_printed_can_be_pasted_as_it_is(file: Path) -> None:
    file.write_text("INLAID_PUBLIC_URL=https://inlaid.example.com\n")
    lines = [
        f"INLAID_MICROSOFT_CLIENT_ID={GUID}", f"INLAID_MICROSOFT_TENANT_ID={OTHER}",
        "INLAID_MICROSOFT_CLIENT_SECRET=value~of.the-secret",
    ]  # fmt: skip
    person = Person(*lines, "ann@example.com", "y")
    assert begin(person, file, SetupPart.WORD).all_missing == ()
    assert dotenv_values(file)["INLAID_MICROSOFT_TENANT_ID"] == OTHER


def test_a_wrong_value_is_asked_for_again_and_enter_leaves_it_for_later(file: Path) -> None:
    person = Person("xoxb-wrong-place", "", "xoxb-1", "y")
    state = begin(person, file, SetupPart.SLACK)
    assert "It is a token that begins with xapp-" in person.screen
    assert "wrong-place" not in person.screen
    assert [need.name for need in state.all_missing] == ["INLAID_SLACK_APP_TOKEN"]
    assert "INLAID_SLACK_BOT_TOKEN=xoxb-1\n" in file.read_text()


def test_what_the_environment_hides_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INLAID_SLACK_BOT_TOKEN", "")
    person = Person("xapp-1", "xoxb-1", "y")
    begin(person, file, SetupPart.SLACK)
    assert "INLAID_SLACK_BOT_TOKEN stands in the environment too" in person.screen


def test_one_says_what_one_wants_by_name() -> None:
    person = Person("fax", "Slack, microsoft")
    talk = Conversation(person, read_settings)
    assert talk.wanted(()) == (SetupPart.SLACK, *OF_MICROSOFT)
    assert "'fax' cannot be set up." in person.screen
    assert Conversation(Person(""), read_settings).wanted((SetupPart.GMAIL,)) == (SetupPart.GMAIL,)
    with pytest.raises(InputError, match="teams"):
        read_parts(["teams"])


def test_the_way_to_slack_is_asked_for_unless_the_settings_tell(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Conversation(Person("pigeon", "many"), read_settings).slack_way(read_settings(file)) is Way.MANY
    assert Conversation(Person(""), read_settings).slack_way(read_settings(file)) is Way.SOCKET
    monkeypatch.setenv("INLAID_SLACK_SIGNING_SECRET", "x")
    # Many workspaces have a signing secret as well.
    assert Conversation(Person("many"), read_settings).slack_way(read_settings(file)) is Way.MANY
    monkeypatch.setenv("INLAID_SLACK_BOT_TOKEN", "xoxb-1")
    assert Conversation(Person(), read_settings).slack_way(read_settings(file)) is Way.HTTPS


def test_without_an_answer_it_is_said_what_may_be_answered(file: Path) -> None:
    person = Person("", "imap")
    assert Conversation(person, lambda: read_settings(file)).wanted(()) == (SetupPart.IMAP,)
    assert person.screen.count("Type one or more of the names above") == 1
