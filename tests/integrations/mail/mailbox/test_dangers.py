"""A mail that tells what may hurt somebody is seen: by its labels, its row and its job, at every provider."""

import pytest

from core.job import DANGER, IS_SURELY_DANGER
from integrations.mail.mailbox.labels import mail_states
from integrations.mail.mailbox.mail_state import danger_words
from integrations.mail.mailbox.preferences import Preferences
from integrations.mail.mailbox.triage_records import TriageRecords, alerts_of
from integrations.mail.triage.decide import DANGER_TOLD
from tests.integrations.mail.imap.mails import question
from tests.integrations.mail.mailbox.conftest import Rig, outcomes, sync, want
from tests.integrations.mail.mailbox.test_labels import off, on, relabel

SURE = "Hi Bob,\n\nit smells of burnt plastic in the cellar. When do you send the invoice?\n\nAnn"
LIKELY = "Hi Bob,\n\nwe put the gas heater into the closed tent last night.\n\nCan we have it?\n\nAnn"
HARMLESS = "Hi Bob,\n\nwhen do you send the invoice?\n\nAnn"
UNASKED = (
    "Hallo Bob,\n\ndanke für die schnelle Reparatur, alles bestens! Nur das Vorderrad hat sich gestern in der Abfahrt"
    " kurz gelöst, ich konnte gerade noch anhalten. Hab die Schraube von Hand wieder zugedreht.\n\nAnn",
    "Hola Bob:\n\nGracias por todo, las bicis iban de maravilla. Por cierto, la batería de la eléctrica olía a quemado"
    " cuando la cargábamos en el hotel y el enchufe se derritió un poco. ¡Nos vemos en verano!\n\nAnn",
)
POSSIBLE, TO_REPLY = "Inlaid-possible-danger", "Inlaid-to-reply"


def test_a_danger_bears_a_label_of_its_own_until_it_is_dealt_with(rig: Rig) -> None:
    rig.receive(question(rig.address, body=SURE))
    rig.receive(question(rig.address, body=LIKELY, number=2))
    rig.receive(question(rig.address, body=HARMLESS, number=3))
    first, *_ = sorted(sync(rig), key=lambda record: record.message_id)
    on(rig)
    assert rig.labels() == [{TO_REPLY, POSSIBLE}, {TO_REPLY}, {TO_REPLY}]
    judged = sorted(TriageRecords(rig.store.records, rig.account).newest(), key=lambda record: record.message_id)
    states = mail_states(rig.store, rig.account, judged)
    assert [*map(danger_words, judged, states)] == ["possible danger", "", ""]
    told = [alerts_of(record, None) for record in judged]
    assert told[0] == ["Possible danger: it smells of burnt plastic in the cellar."]
    assert told[1] == ["Possible danger: we put the gas heater into the closed tent last night."]
    assert not told[2]
    want(rig, Preferences(labels="de"))
    relabel(rig)
    assert rig.labels()[0] == {"Inlaid-zu-beantworten", "Inlaid-moegliche-Gefahr"}
    rig.run(first.job)
    rig.send_draft()
    outcomes(rig)
    relabel(rig)
    assert rig.labels()[0] == set()
    off(rig)
    assert rig.labels() == [set()] * 3


@pytest.mark.parametrize("body", UNASKED)
def test_a_danger_that_is_told_without_a_question_bears_the_label_and_gets_a_draft(rig: Rig, body: str) -> None:
    fields = ("MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    rig.receive(question(rig.address, *fields, body=body))
    (record,) = sync(rig)
    assert (record.decision["rule"], record.decision[IS_SURELY_DANGER], bool(record.job)) == (DANGER_TOLD, True, True)
    on(rig)
    assert rig.labels() == [{TO_REPLY, POSSIBLE}]


def test_the_job_of_a_mail_says_its_danger_before_anything_is_written(rig: Rig) -> None:
    for number, body in enumerate((SURE, LIKELY, HARMLESS), 1):
        rig.receive(question(rig.address, body=body, number=number))
    jobs = [rig.store.jobs.get(record.job) for record in sorted(sync(rig), key=lambda record: record.message_id)]
    told = [(str(job.delivery.get(DANGER))[:12], job.delivery.get(IS_SURELY_DANGER)) for job in jobs]
    assert told == [("it smells of", True), ("we put the g", False), ("None", None)]
