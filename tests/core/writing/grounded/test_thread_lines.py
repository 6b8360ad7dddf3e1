"""What of a thread may answer: asides of any length, mails that are passed on, days behind a short weekday."""

import time

import pytest

from core.writing.grounded.thread_lines import lines_of_thread
from core.writing.grounded.threads import ThreadPeople

PEOPLE = ThreadPeople("Glenys Tranter", "Duncan Spavin")
LONG = (
    "(Maureen has gone and done her hip so it will be the little safe by the bins and I'll text Ailsa the code the day "
    "before \u2013 and while I'm at it I gave you last year's rate, we went up to \u00a318 in September, and the "
    "piano is tuned on the Friday, the band may come from two, the caretaker is Bob this year, who lives across the "
    "road in the green house, and the bins go out on Sunday evening, the brown one first, then the blue one, which is "
    "heavy, sorry for the length of all this.)"
)


def _said(thread: str, role: str = "owner") -> list[str]:
    return [line.sentence for line, _ in lines_of_thread(thread, PEOPLE) if line.role == role]


def test_an_aside_of_ninety_words_is_read_in_parts_of_which_none_is_lost() -> None:
    said = _said(f"Glenys Tranter:\nHello,\n\nThere are 120 chairs. {LONG}")
    assert len(said) > 2
    assert " ".join(said[1:]) == LONG


def test_behind_words_that_deny_nothing_is_cut_off() -> None:
    said = _said(f"Glenys Tranter:\nHello,\n\nThere are 120 chairs. I never said that {LONG[1:-2]}.")
    assert said == ["There are 120 chairs."]


def test_a_day_behind_a_short_weekday_stays_in_its_sentence() -> None:
    said = _said("Glenys Tranter:\nDas Wasser wird am Sa. 24.10. abgestellt. Sie sa\u00dfen. 12 kamen sp\u00e4ter.")
    assert said[0] == "Das Wasser wird am Sa. 24.10. abgestellt."
    assert said[1] == "Sie sa\u00dfen."


@pytest.mark.parametrize(
    "passed_on",
    [
        "---------- Forwarded ----------\nFrom: Glenys Tranter\nTo: Graham\nGirls warm up at 7.40. No cash on the day.",
        "> From: Glenys Tranter\n> To: Graham\n> Girls warm up at 7.40. No cash\n> on the day.",
    ],
)
def test_what_somebody_passes_on_of_the_owners_is_told_apart_and_only_quoted(passed_on: str) -> None:
    thread = (
        "Glenys Tranter:\nPoolside at 8.00, cash in an envelope.\n\n"
        f"Graham Tunnock:\nAll, passing this on as it arrived.\n\n{passed_on}"
    )
    lines = [line for line, is_shared in lines_of_thread(thread, PEOPLE) if is_shared]
    quoted = [line.sentence for line in lines if line.who.endswith("(quoted)")]
    assert quoted == ["Girls warm up at 7.40.", "No cash on the day."]
    assert [line.sentence for line in lines if line.who == "Graham Tunnock"] == ["All, passing this on as it arrived."]
    assert max(line.at[0] for line in lines if line.role == "owner") == 1


def test_what_stands_as_the_owners_below_their_own_answer_is_only_quoted() -> None:
    thread = (
        "Duncan Spavin:\nHi.\n\nGlenys Tranter:\nLet me check.\n\nFrom: Duncan Spavin\nTo: Glenys\nIs it ok?\n\n"
        "From: Glenys Tranter\nTo: Duncan\nThe hall costs 300 euros."
    )
    lines = [line for line, _ in lines_of_thread(thread, PEOPLE) if "300" in line.sentence]
    assert [line.who for line in lines] == ["Glenys Tranter (quoted)"]


def test_who_may_not_read_a_message_reads_nothing_that_is_passed_on_in_it() -> None:
    thread = (
        "Bob Fox:\nInternal, do not share with Duncan, please.\n\nFrom: Carl Law\nTo: Bob Fox\n"
        "Our lowest price for the hall is 300 euros."
    )
    lines = [is_shared for line, is_shared in lines_of_thread(thread, PEOPLE) if "300" in line.sentence]
    assert lines == [False]


def test_a_mail_that_is_passed_on_and_begins_like_another_is_read() -> None:
    thread = (
        "Glenys Tranter:\nThe training starts at 7.30 on Monday.\n\n"
        "Graham Tunnock:\nPlease read.\n\nFrom: Glenys Tranter\nTo: Graham\nThe training starts at 7."
    )
    assert "The training starts at 7." in _said(thread)


def test_what_a_mail_quotes_of_the_thread_is_not_read_twice() -> None:
    first = "Poolside at 8.00, cash in an envelope."
    thread = (
        f"Glenys Tranter:\n{first}\n\nGlenys Tranter:\nMake it 7.40, no cash.\n\n"
        f"Duncan Spavin:\nThank you!\n\nFrom: Glenys Tranter\nTo: Duncan\n{first}"
    )
    assert _said(thread).count(first) == 1


@pytest.mark.parametrize(
    "call", ["Glenys, our", "Hi Glenys, our", "Dear Glenys,\nour", "Hello Glenys!\nOur", "Hi Glenys - our"]
)
def test_what_somebody_told_the_owner_by_name_is_not_the_senders_to_read(call: str) -> None:
    for begin, is_told in ((call, False), ("Hi all, our", True)):
        lines = lines_of_thread(f"Bob Fox:\n{begin} cost price for the pump is 200 euros.", PEOPLE)
        assert [is_shared for line, is_shared in lines if "200" in line.sentence] == [is_told]


def test_a_thread_of_very_many_mails_is_read_in_time() -> None:
    heads = "".join(
        f"On 1 May 2026, Duncan Spavin wrote:\nHello there {at}\n\nOn 2 May 2026, Glenys Tranter wrote:\nI am {at}\n"
        for at in range(600)
    )
    begin = time.thread_time()
    assert sum(line.role == "owner" for line, _ in lines_of_thread(heads, PEOPLE)) == 600
    assert time.thread_time() - begin < 6


@pytest.mark.parametrize(
    ("begin", "is_told"),
    [
        ("Hi Duncan and Glenys,\nthe pumps", True),
        ("The pumps", True),
        ("Hi Glenys my friend,\nthe pumps", False),
        ("Good morning Glenys. The pumps", False),
    ],
)
def test_what_is_for_both_is_for_the_sender_too(begin: str, is_told: bool) -> None:
    lines = lines_of_thread(f"Bob Fox:\n{begin} come in week 40, says Glenys.", PEOPLE)
    assert [is_shared for line, is_shared in lines if "week 40" in line.sentence] == [is_told]
