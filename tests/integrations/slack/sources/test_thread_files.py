"""What files and canvases of a thread say is read for the job that asks for it, and for nothing else."""

import pytest

from integrations.registry import read_file
from integrations.slack.surface import SlackSurface
from tests.fakes.slack import Error
from tests.fakes.slack.changes import shares_file
from tests.integrations.slack.conftest import Office, talk
from tests.integrations.slack.screen import button_labels, quiet_text, shown_text
from tests.integrations.sources.pdf_file import Words, pdf_file

CANVAS = b"<h1>Launch plan</h1><p>The launch moves to 14 April.</p><ul><li>Grace books the hall.</li></ul>"


@pytest.fixture
def reading(office: Office) -> Office:
    """An office whose worker reads files."""
    office.surface = SlackSurface(office.recipes, read_file=read_file)
    office.answers = ["Grace books the hall for 14 April."]
    return office


def test_a_canvas_and_a_pdf_of_a_thread_are_read_for_its_summary_and_named_below_it(reading: Office) -> None:
    office, root = reading, talk(reading)
    canvas = shares_file(office.slack, office.ada, office.general, "Launch plan", CANVAS, is_canvas=True)
    report = shares_file(
        office.slack, office.ada, office.general, "report.pdf", pdf_file([Words("The offer is 4,380 pounds.")])
    )
    canvas.thread_ts = report.thread_ts = root.ts
    office.ada.shortcut("summarize_thread", root)
    (job,) = office.work()
    text = office.read[0]["text"]
    assert text.startswith("Ada Lovelace: The printer is broken again.")
    assert "## Launch plan\n\n" in text
    assert "The launch moves to 14 April." in text
    assert "The offer is 4,380 pounds." in text
    assert "Read with it: Launch plan, report.pdf" in quiet_text(office.last(office.ada, office.general))
    assert "14 April" not in str(job.inputs)
    assert office.slack.ledger.refusals == []


@pytest.mark.parametrize("where", ["messages", "mention"])
def test_words_beside_a_file_are_about_the_file(reading: Office, where: str) -> None:
    office = reading
    if where == "messages":
        data = b"The hall costs 900 pounds."
        shares_file(office.slack, office.ada, office.ada.dm, "notes.txt", data, text="summarize this")
    else:
        root = office.grace.writes("Here is the file.", office.general)
        message = shares_file(office.slack, office.grace, office.general, "notes.txt", b"The hall costs 900 pounds.")
        message.thread_ts = root.ts
        office.ada.mentions_app("summarize this", office.general, root.ts)
    office.work()
    assert "The hall costs 900 pounds." in office.read[0]["text"]
    assert "summarize this" not in office.read[0]["text"]


def test_a_file_that_cannot_be_had_is_named_with_the_reason(reading: Office) -> None:
    office, root = reading, talk(reading)
    for name, data in (("broken.pdf", b"%PDF-1.7 no more"), ("scan.png", b"\x89PNG")):
        shares_file(office.slack, office.ada, office.general, name, data).thread_ts = root.ts
    gone = shares_file(office.slack, office.ada, office.general, "gone.txt", b"Nobody reads this.")
    gone.thread_ts = root.ts
    office.slack.faults.add("files.info", Error("file_deleted"), times=1)
    office.ada.shortcut("summarize_thread", root)
    [job] = office.work()
    assert job.state == "delivered"
    told = quiet_text(office.last(office.ada, office.general))
    assert "Not read: broken.pdf:" in told
    assert "scan.png" not in told


def test_of_files_beyond_measure_the_beginning_is_read_and_that_is_said(reading: Office) -> None:
    office, root = reading, talk(reading)
    long = "\n\n".join(f"Paragraph {number} of the minutes. " + "Words of it. " * 60 for number in range(200)).encode()
    shares_file(office.slack, office.ada, office.general, "minutes.txt", long).thread_ts = root.ts
    shares_file(office.slack, office.ada, office.general, "later.txt", b"Nobody gets here.").thread_ts = root.ts
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert "Paragraph 3 of" in office.read[0]["text"]
    assert "Paragraph 199 of" not in office.read[0]["text"]
    told = quiet_text(office.last(office.ada, office.general))
    assert "Read with it: minutes.txt (only the beginning of what they say)" in told
    assert "Not read: later.txt" in told


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("party.mp4", b"\0\1", "party.mp4: This file is of a kind that is not read."),
        ("scan.png", b"\x89PNG", "scan.png: This is a picture; text in pictures is not read."),
        ("empty.txt", b"", "empty.txt: This file is empty."),
        ("broken.pdf", b"%PDF-1.7 no more", "broken.pdf:"),
    ],
)
def test_where_nothing_is_left_to_read_no_model_is_asked_and_each_file_is_named_with_why(
    reading: Office, name: str, data: bytes, why: str
) -> None:
    office = reading
    office.ada.shortcut("summarize_thread", shares_file(office.slack, office.grace, office.general, name, data))
    [job] = office.work()
    told = shown_text(office.last(office.ada, office.general))
    assert (office.read, job.draft) == ([], None)
    assert "There is nothing here to read." in told
    assert why in told
    assert told.endswith("Write what it says, or attach it as a PDF or text.")
    assert button_labels(office.last(office.ada, office.general)) == []


def test_a_film_beside_words_is_named_as_not_read(reading: Office) -> None:
    office, root = reading, talk(reading)
    shares_file(office.slack, office.ada, office.general, "party.mp4", b"\0\1").thread_ts = root.ts
    office.ada.shortcut("summarize_thread", root)
    office.work()
    assert "Not read: party.mp4: This file is of a kind" in quiet_text(office.last(office.ada, office.general))
