"""A thread and a mail of three people: each one's words are their own, and what is asked of one is not asked of all."""

import pytest

from core.text.asks import find_wanted
from core.writing.grounded.third_people import asked_of_others
from core.writing.grounded.threads import ThreadPeople, messages_of
from tests.core.writing.grounded.test_reply import reply

PEOPLE = ThreadPeople("Brannoc Ussher", "Ilse Quaade")
_THREAD = (
    "Brannoc Ussher:\nI am free on both Sundays.\n\n"
    "Tjorven Rask:\nI fetch the marquee, but only on a Friday. Who has the ropes?\n\n"
    "Brannoc Ussher:\nThe ropes are in my van."
)


@pytest.mark.parametrize(
    ("thread", "who"),
    [
        (_THREAD, ["Brannoc Ussher", "Tjorven Rask", "Brannoc Ussher"]),
        ("Tjorven Rask:\nWho has the ropes?\n\nBrannoc Ussher:\nI do.", ["Tjorven Rask", "Brannoc Ussher"]),
        ("Brannoc Ussher:\nI do.\n\nMrs Obuya:\nSo do I.\n\nMarta:\nNot me.",
         ["Brannoc Ussher", "Mrs Obuya", "Marta"]),
        # What heads a list within a message is nobody.
        ("Brannoc Ussher:\nPlease bring these.\n\nPacking list:\nrope\ntape\n\nDetails:\nsee below",
         ["Brannoc Ussher"]),
        ("Brannoc Ussher:\nIch bringe alles mit.\n\nTermine:\n4. und 5. Mai\n\nUnsere neuen Preise:\n40 Euro",
         ["Brannoc Ussher"]),
    ],
)  # fmt: skip
def test_a_line_that_is_only_a_name_begins_the_message_of_that_person(thread: str, who: list[str]) -> None:
    assert [message.who for message in messages_of(thread, PEOPLE)] == who


def test_what_is_asked_of_a_third_person_is_no_gap_nor_is_what_they_wrote_the_owners() -> None:
    asked = (
        "Hi Tjorven, hi Brannoc,\n\n"
        "Tjorven, could you please fetch the marquee in Leek on Sunday? "
        "And let me know if the trailer is wide enough.\n\n"
        "Brannoc, where are the ropes now?\n\nIlse"
    )
    result = reply(message=asked, thread=_THREAD, sender_name="Ilse Quaade", owner_name="Brannoc Ussher")
    (asked,) = [gap.question for gap in result.gaps if not gap.is_hint]
    assert "where are the ropes" in asked.lower()
    assert "trailer" not in asked
    assert "Tjorven Rask:" not in "".join(gap.question for gap in result.gaps if not gap.is_hint)
    assert all("marquee" not in source.quote for source in result.sources if source.title.startswith("Brannoc"))


@pytest.mark.parametrize(
    ("message", "others"),
    [
        ("Hallo,\n\n@Olaf: schickst du mir bitte den Prüfbericht? Und bis wann?\n\nPaul",
         {"schickst du mir bitte den Prüfbericht?", "Und bis wann?"}),
        ("Hi both,\n\nOlaf: can you send me the report?\n\nKarin: does Tuesday work for you?\n\nPaul",
         {"can you send me the report?"}),
        ("Hi both,\n\n@Olaf, @Karin: are you coming on Tuesday?\n\nPaul", set()),
        ("Hi both,\n\n@Karin: are you coming on Tuesday?\n\nPaul", set()),
    ],
)  # fmt: skip
def test_what_stands_behind_a_name_and_a_colon_is_asked_of_them(message: str, others: set[str]) -> None:
    assert asked_of_others(message, find_wanted(message).all, {"olaf", "kern"}) == others
