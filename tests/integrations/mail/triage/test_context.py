"""Programs are known by their phrases, which people may use too."""

import pytest

from benchmarks.train_triage import read_automatic
from integrations.mail.message.message import Message, parse_message
from integrations.mail.triage.decide import decide
from tests.integrations.mail.samples import OWNER, mail


@pytest.mark.parametrize("row", read_automatic(), ids=lambda row: str(row.subject)[:40])
def test_automatic_mail_whose_headers_were_lost_gets_no_answer_by_rule(row: Message) -> None:
    decision = decide(row, OWNER)
    assert (decision.needs_reply, decision.score) == (False, 0.0), decision


@pytest.mark.parametrize(
    "text",
    [
        "Hi Bob,\n\nI'm out of the office until Thursday. Can you send me the file by then?\n\nAnn",
        "Hi Bob,\n\nI shared the folder with you. Could you review the document?\n\nAnn",
        "Hi Bob,\n\nyour order has been shipped to the wrong address. Did you move?\n\nAnn",
    ],
)
def test_people_may_speak_of_absences_files_and_orders(text: str) -> None:
    assert decide(parse_message(mail(text, "Subject: Shared folder")), OWNER).needs_reply
