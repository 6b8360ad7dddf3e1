"""What a recap tells of a channel, and in which order."""

import pytest

from tests.integrations.slack.conftest import Office
from tests.integrations.slack.listeners.test_recaps import ASKED, talked
from tests.integrations.slack.screen import shown_text


@pytest.mark.parametrize(
    ("asked", "headings", "more"),
    [
        (ASKED, ("Look at this first", "For you"), "… and 3 more."),
        ("was habe ich seit gestern verpasst?", ("Sehen Sie zuerst hierhin", "An Sie"), "… und 3 weitere."),
    ],
)
def test_dangers_come_first_whomever_they_were_told_and_what_is_cut_is_counted(
    office: Office, asked: str, headings: tuple[str, str], more: str
) -> None:
    for danger in (
        "Do not go in: gas leak in hall 2.",
        "Achtung, im Keller riecht es nach Gas.",
        "Ada, mind the gas leak",
    ):
        office.grace.writes(danger, office.general)
    for number in range(8):
        office.grace.writes(f"Ada, can you look at ticket {number}?", office.general)
    office.ada.slash("/inlaid", asked, channel=office.general)
    office.work()
    told = shown_text(office.last(office.ada, office.general))
    first, _, then = told.partition(f"*{headings[1]}*")
    assert f"*{headings[0]}*" in first
    assert [line in first for line in ("hall 2", "riecht es nach Gas", "mind the gas")] == [True] * 3
    assert then.count("ticket") == 5
    assert more in then
    assert "ticket" not in told.partition(more)[2]


def test_for_its_person_the_newest_stand_there_and_nothing_that_they_answered(office: Office) -> None:
    for number in range(7):
        root = office.grace.writes(f"Ada, can you look at ticket {number}?", office.general)
        if number == 5:
            office.ada.writes("Done.", office.general, root.ts)
    office.grace.writes("Ada, did you call Tom?", office.general)
    office.ada.writes("Yes, I did.", office.general)
    office.ada.slash("/inlaid", ASKED, channel=office.general)
    office.work()
    _, _, told = shown_text(office.last(office.ada, office.general)).partition("*For you*")
    told = told.strip().partition("\n*")[0]
    assert [number for number in range(7) if f"ticket {number}" in told] == [1, 2, 3, 4, 6]
    assert "… and 1 more." in told
    assert "call Tom" not in told


@pytest.mark.parametrize("said", ["recap of this thread", "what did I miss in this thread?"])
def test_of_a_thread_not_the_channel_is_told(office: Office, said: str) -> None:
    root = talked(office)
    office.ada.mentions_app(said, office.general, root.ts)
    [job] = office.work()
    assert (job.recipe, "asked" in job.delivery["read"]) == ("summarize", False)
    assert job.delivery["read"]["thread_ts"] == root.ts
    assert "Maritim" in str(office.read[0])
    assert "figures for March" not in str(office.read[0])
    office.ada.slash("/inlaid", said, channel=office.general)
    assert office.queued == []
