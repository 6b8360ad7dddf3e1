"""Every row of the table is guarded: whoever may not use Inlaid reaches no handler that reads or changes anything."""

import json
from collections.abc import Callable

import pytest

from core.job import JobRequest
from core.people import load_people
from integrations.slack.access import ENDED, GONE, NOT_YOU, RequestRefused
from integrations.slack.listeners.table import ACTIONS, COMMANDS, SHORTCUTS, SUBMISSIONS
from integrations.slack.person import SURFACE
from integrations.slack.request import SlackRequest, read_request
from integrations.slack.views.app_home import ADD_FACT, REMOVE_FACT
from integrations.slack.views.beside_text import FILL_GAP
from integrations.slack.views.digest_message import STOP_SCAN
from integrations.slack.views.draft_message import DISCARD, FEEDBACK, MORE
from integrations.slack.views.modals import FACT_VIEW, RECIPE_VIEW, SETTINGS_VIEW
from tests.integrations.slack.conftest import Office

MEMBERS = {row.callback_id: row.handle for row in SHORTCUTS} | {
    row.callback_id: row.handle for row in SUBMISSIONS if row.callback_id in {RECIPE_VIEW, SETTINGS_VIEW, FACT_VIEW}
}
MEMBERS |= {row.name: row.handle for row in COMMANDS}
MEMBERS |= {
    row.action_id: row.handle
    for row in ACTIONS
    if row.action_id
    in {"choose_recipe", "open_settings", "show_report", "wish", "stop_channel", STOP_SCAN, ADD_FACT, REMOVE_FACT}
}
OWNERS = {row.action_id: row.handle for row in ACTIONS if row.action_id not in MEMBERS}
OWNERS |= {f"view {row.callback_id}": row.handle for row in SUBMISSIONS if row.callback_id not in MEMBERS}


def request_of(office: Office, job_id: str, value: str) -> SlackRequest:
    view = {
        "id": "V1",
        "private_metadata": json.dumps({"job": job_id, "recipe": "compose"}),
        "state": {"values": {"conversation": {"value": {"selected_conversation": office.general.id}}}},
    }
    return read_request(
        {
            "team": {"id": office.acme.team.id},
            "user": {"id": office.ada.id},
            "channel": {"id": office.general.id},
            "trigger_id": "1.2",
            "actions": [{"value": value}],
            "view": view,
            "text": "hello",
        }
    )


def stored_job(office: Office, person: str) -> str:
    request = JobRequest("compose", {"brief": "x"}, surface=SURFACE, person=person, workspace=office.acme.team.id)
    return office.store.jobs.add(request)[0].id


def value_for(row: str, job_id: str) -> str:
    known = {
        FEEDBACK: f"good:{job_id}",
        MORE: f"{DISCARD}:{job_id}",
        FILL_GAP: json.dumps({"job": job_id, "place": "x", "choice": 0}),
    }
    return known.get(row, job_id)


@pytest.mark.parametrize("row", MEMBERS)
def test_a_row_answers_only_people_who_may_use_inlaid(make_office: Callable[..., Office], row: str) -> None:
    office = make_office(slack_people=("U_OTHER",))
    with pytest.raises(RequestRefused, match=NOT_YOU):
        MEMBERS[row](office.context, request_of(office, "", "compose"))
    assert office.queued == []


@pytest.mark.parametrize("row", OWNERS)
def test_a_row_about_a_draft_answers_only_its_owner(office: Office, row: str) -> None:
    job_id = stored_job(office, office.grace.id)
    with pytest.raises(RequestRefused, match=GONE):
        OWNERS[row](office.context, request_of(office, job_id, value_for(row, job_id)))
    assert office.outcomes() == []


@pytest.mark.parametrize("row", OWNERS)
def test_a_row_about_a_draft_answers_its_owner_only_while_they_may_use_inlaid(
    make_office: Callable[..., Office], row: str
) -> None:
    office = make_office(slack_people=("U_OTHER",))
    job_id = stored_job(office, office.ada.id)
    with pytest.raises(RequestRefused, match=NOT_YOU):
        OWNERS[row](office.context, request_of(office, job_id, value_for(row, job_id)))
    assert office.outcomes() == []


@pytest.mark.parametrize("row", [*OWNERS, *MEMBERS])
def test_a_row_answers_nobody_whose_access_has_ended(office: Office, row: str) -> None:
    people = load_people(office.settings, office.store.records)
    people.meet(office.acme.team.id, office.ada.id)
    people.disable(people.find(f"{office.acme.team.id}/{office.ada.id}"))
    job_id = stored_job(office, office.ada.id)
    with pytest.raises(RequestRefused, match=ENDED):
        (OWNERS | MEMBERS)[row](office.context, request_of(office, job_id, value_for(row, job_id)))
    assert office.queued == [job_id]
    assert office.outcomes() == []


def test_a_draft_of_somebody_else_that_cannot_be_read_looks_like_none(office: Office) -> None:
    job_id = stored_job(office, office.grace.id)
    with office.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE job SET request = x'00'")
    for wanted in (job_id, "nothing"):
        with pytest.raises(RequestRefused, match=GONE):
            OWNERS["edit"](office.context, request_of(office, wanted, wanted))
