"""The report in Slack: a picture and words for whoever asks, and never figures of a few other people."""

import sys
from collections.abc import Callable

import pytest

from core.people import load_people
from core.store.claims import keep_claims
from core.store.records import ONCE_KIND
from tests.core.insight.making import finished_job
from tests.fakes.slack.faults import Error, Status
from tests.fakes.slack.person import Person
from tests.fakes.slack.world import Message
from tests.integrations.slack.conftest import Office
from tests.integrations.slack.screen import button_labels, shown_text

PNG = b"\x89PNG\r\n\x1a\n"
OTHERS = ("U0B", "U0C", "U0D", "U0E")


def use_drafts(office: Office, *people: str) -> None:
    """Let each person use one draft as it was."""
    for person in people:
        job = finished_job(office.store, person=person, surface="slack", workspace=office.acme.team.id)
        office.store.outcomes.add(job, "accepted", person=person, distance=0.0, detail={})


def ask(office: Office, person: Person | None = None) -> str:
    """Ask for the report; returns what the command is acknowledged with."""
    done = (person or office.ada).slash("/inlaid", "report", channel=office.general)
    assert done.ok
    return office.last(person or office.ada, office.general).text


def picture_of(office: Office, message: Message) -> bytes:
    [file] = message.files
    data = office.slack.uploads.by_id[file["id"]].data
    assert data is not None
    return data


def test_the_report_comes_as_a_picture_with_words_into_the_askers_messages(office: Office) -> None:
    use_drafts(office, office.ada.id, *OTHERS)
    assert "to your messages" in ask(office)
    shown = office.last(office.ada, office.ada.dm)
    assert picture_of(office, shown).startswith(PNG)
    assert "5 drafts of 5 people" in shown.text
    assert "Used as they were: 5 of 5" in shown.text
    assert "*My own:* 1 used as they were" in shown.text
    assert "The whole report" not in shown.text
    assert office.slack.ledger.refusals == []
    assert len(office.grace.sees(office.general)) == 0


def test_figures_of_a_few_people_are_hidden_but_the_own_ones_are_shown(office: Office) -> None:
    use_drafts(office, office.ada.id, *OTHERS[:3])
    ask(office)
    shown = office.last(office.ada, office.ada.dm)
    assert shown.files == []
    assert "Fewer than 5 people" in shown.text
    assert "4 drafts" not in shown.text
    assert "*My own:* 1 used as they were" in shown.text


def test_figures_of_the_asker_alone_are_drawn_for_the_asker(office: Office) -> None:
    use_drafts(office, office.ada.id)
    ask(office)
    assert picture_of(office, office.last(office.ada, office.ada.dm)).startswith(PNG)
    ask(office, office.grace)
    shown = office.last(office.grace, office.grace.dm)
    assert shown.files == []
    assert "Fewer than 5 people" in shown.text
    assert "*My own:* 0 used" in shown.text


def test_other_workspaces_stay_outside(office: Office) -> None:
    for person in OTHERS:
        finished_job(office.store, person=person, surface="slack", workspace="T0OTHER")
    ask(office)
    assert "No drafts yet" in office.last(office.ada, office.ada.dm).text


def test_the_whole_report_is_linked_where_it_can_be_reached(make_office: Callable[..., Office]) -> None:
    office = make_office(public_url="https://inlaid.acme.example")
    ask(office)
    assert "<https://inlaid.acme.example/report|The whole report>" in office.last(office.ada, office.ada.dm).text


def test_the_home_tab_has_a_button_for_it(office: Office) -> None:
    use_drafts(office, office.ada.id)
    office.ada.opens_home()
    assert office.ada.home is not None
    assert "Show my report" in button_labels(office.ada.home)
    assert "1 used as they were" in shown_text(office.ada.home)
    office.ada.click(office.ada.home, "show_report")
    assert picture_of(office, office.last(office.ada, office.ada.dm)).startswith(PNG)


def test_a_command_that_comes_again_brings_no_second_report(office: Office) -> None:
    done = office.ada.slash("/inlaid", "report", channel=office.general)
    office.slack.deliver_again(done)
    assert len(office.ada.sees(office.ada.dm)) == 1


def test_guests_get_no_report(office: Office) -> None:
    office.ada.user.is_restricted = True
    use_drafts(office, office.ada.id)
    ask(office)
    assert any("full members" in message.text for message in office.ada.sees(office.general))
    assert office.ada.sees(office.ada.dm) == []


@pytest.mark.parametrize("reason", ["file_uploads_disabled", "missing_scope"])
def test_words_come_alone_where_files_are_not_allowed(office: Office, reason: str) -> None:
    use_drafts(office, office.ada.id)
    office.slack.faults.add("files.getUploadURLExternal", Error(reason))
    ask(office)
    shown = office.last(office.ada, office.ada.dm)
    assert shown.files == []
    assert "*My own:* 1 used as they were" in shown_text(shown)


def test_words_come_alone_where_nothing_draws(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)  # as where the extra `report` is not installed
    use_drafts(office, office.ada.id)
    ask(office)
    shown = office.last(office.ada, office.ada.dm)
    assert shown.files == []
    assert "*My own:* 1 used as they were" in shown_text(shown)


def test_slack_being_down_is_said_and_the_next_try_brings_the_report(office: Office) -> None:
    use_drafts(office, office.ada.id)
    office.slack.faults.add("files.completeUploadExternal", Status(503))
    office.ada.slash("/inlaid", "report", channel=office.general)
    assert any("busy or down" in message.text for message in office.ada.sees(office.general))
    ask(office)
    assert picture_of(office, office.last(office.ada, office.ada.dm)).startswith(PNG)


def test_help_names_it(office: Office) -> None:
    office.ada.slash("/inlaid", "help", channel=office.general)
    assert "/inlaid report" in office.last(office.ada, office.general).text


def test_where_a_group_is_named_for_it_only_analysts_see_everybody_s_figures(
    make_office: Callable[..., Office],
) -> None:
    office = make_office(group_roles=("analyst=controlling",), admins=("grace@example.com",))
    office.ada.user.is_admin, office.grace.user.email = True, "grace@example.com"
    use_drafts(office, office.ada.id, *OTHERS)
    ask(office)
    shown = office.last(office.ada, office.ada.dm)
    assert shown.files == []
    assert "Only analysts see" in shown_text(shown)
    assert "5 drafts" not in shown_text(shown)
    assert "*My own:* 1 used as they were" in shown_text(shown)
    office.ada.opens_home()
    assert office.ada.home is not None
    assert "5 used" not in shown_text(office.ada.home)
    ask(office, office.grace)
    assert "5 drafts of 5 people" in office.last(office.grace, office.grace.dm).text


def test_who_is_an_analyst_by_a_group_of_another_sign_in_is_one_in_slack(make_office: Callable[..., Office]) -> None:
    realm = {"openid_issuer": "https://login.example.com", "openid_client_id": "client"}
    office = make_office(group_roles=("analyst=controlling",), **realm)
    people = load_people(office.settings, office.store.records)
    people.remember("login.example.com", "ada", office.ada.user.email, "openid")
    use_drafts(office, office.ada.id, *OTHERS)
    ask(office)
    assert "Only analysts see" in shown_text(office.last(office.ada, office.ada.dm))
    keep_claims(office.store.records, "login.example.com", "ada", ["controlling"])
    office.store.records.delete(ONCE_KIND, office.acme.team.id)
    ask(office)
    assert "5 drafts of 5 people" in office.last(office.ada, office.ada.dm).text


def test_it_is_told_in_the_language_of_its_reader(office: Office) -> None:
    zoe = office.acme.person("Zoë Ångström", locale="de-DE")
    office.general.members.add(zoe.id)
    use_drafts(office, office.ada.id, zoe.id, *OTHERS)
    ask(office, zoe)
    shown = office.last(zoe, zoe.dm).text
    assert "Was aus den Entwürfen wurde" in shown
    assert "Unverändert verwendet: " in shown
    assert "Used as they were" not in shown
