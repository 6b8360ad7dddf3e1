"""What was written after a chat message that is answered: nothing that takes it back is lost, and none of it is old."""

import time

import pytest

from tests.core.writing.grounded.test_reply import reply, with_meanings

SAID = "The outing is on Friday 12 March, the bus leaves at 9:00."
MOVED = "Sorry, they moved it to Saturday 20 March. Friday the 12th is off."
BEFORE = "Linus Berg: Is the bus booked?"


def hints(message: str, *thread: str, **given: str) -> list[str]:
    values = {"chat": "yes", "sender_name": "Grace Hopper", "owner_name": "Ada Lovelace", **given}
    drafts = [asked(message=message, thread="\n".join(thread), **values) for asked in (reply, with_meanings)]
    [words, meanings] = [[gap.question for gap in draft.gaps if gap.is_hint] for draft in drafts]
    assert words[0] == meanings[0]
    return words


@pytest.mark.parametrize("who", ["Grace Hopper", "Joan Clarke"])
def test_what_corrects_the_message_later_stands_first_whoever_wrote_it(who: str) -> None:
    first, *others = hints(SAID, BEFORE, f"Grace Hopper: {SAID}", f"{who}: {MOVED}", "Ada Lovelace: Who pays?")
    assert first == f"Written after this message: “{who}: {MOVED[:-1]}”; “Ada Lovelace: Who pays?”"
    assert not any("moved it" in other or "before" in other for other in others)


def test_of_a_long_thread_what_corrects_stands_beside_the_newest() -> None:
    talk = [f"Linus Berg: Lovely, number {number} of my songs is ready for singing along." for number in range(40)]
    told = hints(SAID, f"Grace Hopper: {SAID}", f"Grace Hopper: {MOVED}", *talk)
    assert MOVED[:-1] in told[0]
    assert "number 39" in " ".join(told)
    assert "number 3 " not in told[0]


def test_what_was_written_before_is_not_called_later_and_the_thread_of_a_mail_is_older_than_it() -> None:
    told = hints(SAID, f"Linus Berg: {MOVED}", f"Grace Hopper: {SAID}")
    assert any("Others wrote before" in hint and MOVED[:-1] in hint for hint in told)
    mail = reply(message=SAID, thread=f"Grace Hopper: {SAID}\nLinus Berg: {MOVED}", sender_name="Grace Hopper")
    assert not any("after this message" in gap.question for gap in mail.gaps)


def test_a_message_that_asks_nothing_is_not_said_to_ask() -> None:
    draft = reply(message=SAID, sender_name="Grace Hopper", chat="yes")
    assert draft.skeleton
    assert any("No question found" in gap.question for gap in draft.gaps)
    assert "asks" not in draft.reason


def test_a_short_message_is_found_again_by_whole_words_and_a_long_thread_takes_no_time() -> None:
    told = hints("Ok", "Grace Hopper: Ok", f"Joan Clarke: {MOVED}", "Grace Hopper: It looks fine to us")
    assert "moved it" in told[0]
    talk = [f"Linus Berg: On {day} March at 8:30 we play song {100 + day}." for day in range(1, 29) for _ in range(12)]
    rooms = " ".join(f"Room {number} costs {number} euros." for number in range(100, 160))
    began = time.thread_time()
    assert hints(rooms, f"Grace Hopper: {rooms}", *talk)[0].startswith("Written after this message")
    assert time.thread_time() - began < 20
