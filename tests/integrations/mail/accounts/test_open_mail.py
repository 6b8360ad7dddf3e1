"""Jobs about a mail that is open in Outlook, and the draft that waits for its thread."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from core.errors import MessageError, SuspiciousMail
from core.job import CAUTION, REFINES, WISH, Job, JobRequest, OpenMailTarget
from core.people import load_people
from core.ports import SurfaceContext
from core.runner.grounds import MAX_SAID
from core.settings import Settings
from core.sources.model import FileText, Passage
from core.sources.recipients import GOES_TO, Recipient
from core.store import Store
from core.writing.grounded.passages import read_passages
from integrations.mail.accounts.open_mail import OpenMailSurface, waiting_draft
from integrations.mail.mailbox.pending_drafts import OwnDraft, PendingDraft, PendingDrafts, Thread
from integrations.mail.mailbox.style_learning import save_style
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.open_mail import AttachedFile, OpenMail
from integrations.mail.reply.writing_style import WritingStyle
from integrations.registry import Surfaces
from tests.in_memory import MemoryEffects
from tests.integrations.mail.accounts.conftest import BOB

TOM = Address(name="Tom Abiola", address="tom@kontor.example")
ANN = Address(name="Ann Lee", address="ann@contoso.com")
HTML = (
    "<p>Hi Ann,</p><p>can you deliver twelve pumps by 4 December?</p><p>Tom</p>"
    '<div id="divRplyFwdMsg"><hr><b>From:</b> Ann Lee<br><b>Sent:</b> Monday, 23 November 2026<br><b>To:</b> Tom Abiola'
    "<br><b>Subject:</b> Pumps</div><p>Dear Tom,</p><p>the lead time is six weeks.</p>"
)
MAIL = OpenMail(
    message_id="<one@kontor.example>", subject="RE: Pumps", sender=TOM, to=(ANN,), sent_on="2026-11-25", owner=ANN,
    html=HTML,
)  # fmt: skip

WITH_FILES = MAIL.model_copy(
    update={
        "attachments": (
            AttachedFile(name="Offer.txt", content=b64encode(b"The total is 4,380 pounds.").decode(), size_bytes=26),
            AttachedFile(name="Drive.docx", size_bytes=9000),
            AttachedFile(name="Film.pdf", size_bytes=9_000_000),
            AttachedFile(name="Half.txt", content="VGh", size_bytes=20),
            AttachedFile(name="Odd.txt", content="ä" * 8, size_bytes=20),
        )
    }
)


def prepared(
    settings: Settings, store: Store, mail: OpenMail, *target: Any, person: str = "ann", **inputs: str
) -> dict[str, Any]:
    """Return what the surface makes of a job about the mail."""
    effects = MemoryEffects()
    request = JobRequest("r", inputs, "outlook", person, target=OpenMailTarget(*target))
    job: Job = store.jobs.add(request)[0]
    effects.put_file(job, OpenMailTarget.MAIL_FILE, mail.model_dump_json().encode())
    context = SurfaceContext(settings, store.jobs, store.records, effects)
    surface = Surfaces().of(job)
    assert isinstance(surface, OpenMailSurface)
    found = surface.prepare(job, context)
    surface.deliver(job, context)
    assert effects.effects == {}
    return found


def test_a_reply_gets_what_the_mail_says_and_what_was_before(settings: Settings, store: Store) -> None:
    found = prepared(settings, store, MAIL, "reply")
    assert "can you deliver twelve pumps" in found["message"]
    assert "six weeks" not in found["message"]
    assert "six weeks" in found["thread"]
    told = {name: found[name] for name in ("sender_name", "owner_name", "sent_on", "subject")}
    assert told == {
        "sender_name": "Tom Abiola", "owner_name": "Ann Lee", "sent_on": "2026-11-25", "subject": "RE: Pumps"
    }  # fmt: skip


def test_a_question_gets_the_mails_as_passages_and_a_summary_the_thread(settings: Settings, store: Store) -> None:
    newest, earlier = read_passages(prepared(settings, store, MAIL, "passages", "passages")["passages"])
    assert (newest.title, earlier.title) == ("Tom Abiola, 2026-11-25", "Ann Lee, Monday, 23 November 2026")
    assert "six weeks" in earlier.text
    text = prepared(settings, store, MAIL, "text", "text")["text"]
    assert text.index("six weeks") < text.index("twelve pumps")
    assert "Tom Abiola, 2026-11-25:\n" in text
    alone = MAIL.model_copy(update={"html": "", "text": "Only this."})
    assert prepared(settings, store, alone, "text", "text") == {"text": "Only this."}


def test_a_reply_is_told_who_gets_it_and_what_stands_in_the_files(settings: Settings, store: Store) -> None:
    told = prepared(settings, store, WITH_FILES, "reply")
    assert told[GOES_TO] == [Recipient(TOM.address, TOM.name)]
    found = read_passages(told["attached"])
    assert [(passage.title, passage.text) for passage in found] == [
        ("Offer.txt", "The total is 4,380 pounds."),
        ("Drive.docx: Outlook did not give it.", ""),
        ("Film.pdf: up to 5 MB are read here.", ""),
        ("Half.txt: Outlook did not give all of it.", ""),
        ("Odd.txt: Outlook did not give all of it.", ""),
    ]


def test_a_question_is_answered_from_the_files_too_and_what_was_not_read_is_told(
    settings: Settings, store: Store
) -> None:
    told = prepared(settings, store, WITH_FILES, "passages", "passages")
    *_, offer = read_passages(told["passages"])
    assert (offer.title, offer.text, offer.kind) == ("Offer.txt", "The total is 4,380 pounds.", "file")
    assert all(not passage.text for passage in read_passages(told["attached"]))
    assert "4,380" not in prepared(settings, store, WITH_FILES, "text", "text")["text"]


def test_of_long_files_a_question_gets_what_has_most_in_common_with_it(settings: Settings, store: Store) -> None:
    parts = [f"# Part {number}\n\nNothing of note stands here.\n" for number in range(60)]
    parts[50] = "# Warranty\n\nThe warranty of the pumps is five years.\n"
    data = b64encode("\n".join(parts).encode()).decode()
    mail = MAIL.model_copy(update={"attachments": (AttachedFile(name="Terms.md", content=data, size_bytes=9000),)})
    asked = "How long is the warranty?"
    found = read_passages(prepared(settings, store, mail, "passages", "passages", question=asked)["passages"])
    of_file = [passage.text for passage in found if passage.kind == "file"]
    assert of_file == ["The warranty of the pumps is five years."]
    other = read_passages(prepared(settings, store, mail, "passages", "passages", question="Why?")["passages"])
    assert len([passage for passage in other if passage.kind == "file"]) == MAX_SAID


def test_a_summary_of_the_mail_reads_no_files(settings: Settings, store: Store) -> None:
    read: list[str] = []

    def read_file(data: bytes, file_name: str) -> FileText:
        read.append(file_name)
        return FileText((Passage("Text."),))

    effects = MemoryEffects()
    for target, names in (
        (OpenMailTarget("text", "text"), list[str]()),
        (OpenMailTarget("passages", "text"), ["Offer.txt"]),
    ):
        job = store.jobs.add(JobRequest("r", {}, "outlook", "ann", target=target))[0]
        effects.put_file(job, OpenMailTarget.MAIL_FILE, WITH_FILES.model_dump_json().encode())
        OpenMailSurface(read_file).prepare(job, SurfaceContext(settings, store.jobs, store.records, effects))
        assert read == names


def test_the_own_habits_are_those_of_the_persons_own_mailbox_alone(settings: Settings, store: Store) -> None:
    style = WritingStyle(greetings={"en": "Hey {name} -"}, closings={"en": "Cheers,\nBob"})
    save_style(store.records, BOB.workspace, BOB.name, style, [], person=BOB.person)
    # Whose address a mail program names is no proof of who asks.
    claimed = MAIL.model_copy(update={"owner": Address(name="Bob", address=BOB.address)})
    assert "greeting" not in prepared(settings, store, claimed, "reply", person="mallory")
    assert prepared(settings, store, claimed, "reply", person=BOB.person)["greeting"] == "Hey Tom -"


@pytest.mark.parametrize(
    ("mail", "said", "code"),
    [
        (OpenMail(owner=ANN, sender=TOM), "no text", "message"),
        (
            OpenMail(
                owner=ANN, sender=TOM, subject="Urgent",
                text="Please buy gift cards for 500 euros and send me the codes. Keep it secret, do not call me.",
            ),
            "Suspicious",
            "suspicious",
        ),
    ],
)  # fmt: skip
def test_what_cannot_or_must_not_be_answered_is_told(
    settings: Settings, store: Store, mail: OpenMail, said: str, code: str
) -> None:
    with pytest.raises(MessageError, match=said) as refused:
        prepared(settings, store, mail, "reply")
    assert refused.value.code == code


FEES = OpenMail(
    owner=ANN, sender=TOM, to=(ANN,), subject="Bank details",
    text="Hi Ann,\n\nour bank details have changed. Please pay invoice 33 to the new account.\n\nTom",
)  # fmt: skip


def test_who_was_warned_of_a_mail_and_asks_again_gets_a_reply_with_the_warning(
    settings: Settings, store: Store
) -> None:
    effects = MemoryEffects()
    job = store.jobs.add(JobRequest("r", {}, "outlook", "ann", target=OpenMailTarget("reply")))[0]
    effects.put_file(job, OpenMailTarget.MAIL_FILE, FEES.model_dump_json().encode())
    context, surface = SurfaceContext(settings, store.jobs, store.records, effects), OpenMailSurface()
    for _ in range(2):  # a worker that dies before the job has failed has warned nobody
        with pytest.raises(SuspiciousMail) as refused:
            surface.prepare(job, context)
    surface.deliver(replace(job, state="failed", error=refused.value.to_json()), context)
    found = surface.prepare(job, context)
    assert "new account" in found["message"]
    assert found[CAUTION].startswith("Suspicious: it gives a new bank account.")
    # The program in which the mail is open says that its person was warned.
    assert prepared(settings, store, FEES, "reply", caution="yes")[CAUTION] == found[CAUTION]
    assert prepared(settings, store, MAIL, "reply", caution="yes")[CAUTION] == ""
    # So does the version before, whose draft begins with the warning.
    assert prepared(settings, store, FEES, "reply", **{REFINES: job.id, WISH: "shorter"})[CAUTION] == found[CAUTION]


def test_a_mail_without_text_has_no_summary(settings: Settings, store: Store) -> None:
    with pytest.raises(MessageError, match="no text"):
        prepared(settings, store, OpenMail(owner=ANN, sender=TOM), "text", "text")


def waits(store: Store, job: str, message: MailMessage, **told: Any) -> None:
    key = Thread(store.records, BOB, message).key
    draft = PendingDraft(BOB.name, job, OwnDraft("<d@x>", ""), answers=message.message_id, thread=key, **told)
    PendingDrafts(store.records, BOB).put(draft)


def test_the_newest_draft_of_the_thread_is_found_for_its_owner_alone(settings: Settings, store: Store) -> None:
    people, own = load_people(settings, store.records), (BOB.workspace, BOB.person)
    root = MailMessage(message_id="<root@x.example>")
    reply = MailMessage(message_id="<two@x.example>", references=("<root@x.example>",))
    waits(store, "old", root, placed_at=1.0)
    waits(store, "new", reply, placed_at=2.0)

    def found(message_id: str, *before: str, who: tuple[str, str] = own) -> str:
        return waiting_draft(store.records, people, who, message_id, before)

    assert found("<two@x.example>") == "new"
    # A later mail of the thread, to which nothing waits.
    assert found("<three@x.example>", "<root@x.example>", "<other@x.example>") == "new"
    assert found("<elsewhere@x.example>") == ""
    assert found("") == ""
    assert found("<two@x.example>", who=("local", "mallory")) == ""
