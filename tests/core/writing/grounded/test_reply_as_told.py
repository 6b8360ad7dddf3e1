"""What an owner told is the reply where it is written out to its reader; else it stands in a gap, word for word."""

import re

import pytest

from core.writing.grounded.own_words import parted
from core.writing.grounded.reply import TO_PUT_RIGHT, TONE_ALONE
from tests.core.writing.grounded.test_reply import reply, with_meanings


@pytest.mark.parametrize(
    ("instruction", "message", "body"),
    [
        ("I'll send the slides on wednesday; we will present the budget.", "Will you present the budget?",
         "I'll send the slides on Wednesday; we will present the budget."),
        ("Tuesday lunch works, 12:30 at Luigi's.", "Lunch?", "Tuesday lunch works, 12:30 at Luigi's."),
    ],
)  # fmt: skip
def test_what_the_owner_says_is_the_reply(instruction: str, message: str, body: str) -> None:
    result = reply(message=message, instruction=instruction, sender_name="Ann", owner_name="Bob")
    assert result.text == f"Hi Ann,\n\n{body}\n\nBest regards,\nBob"
    assert not result.skeleton
    assert not result.gaps
    assert not result.notices


@pytest.mark.parametrize(
    "told",
    [
        "decline, too expensive, ask him for 12 months, we would go up to 15k but no further",
        "Don't tell her that I am free all week, since she takes whatever is left.",
        "Am Donnerstag passt es mir gut, am besten aber erst am Nachmittag.",
        "The 8th is fine. (he is a pain, by the way, so keep it short)",
        "The 8th is fine. Joan is having chemo but nobody is to know that, she is back soon.",
    ],
)
def test_other_words_stand_in_a_gap_as_they_were_told_and_no_click_sends_them(told: str) -> None:
    result = reply(message="Can you come on Thursday?", instruction=told, sender_name="Ann", owner_name="Bob")
    shown = " ".join(gap.question for gap in result.gaps)
    assert all(part in shown for part in told.rstrip(".").split(". "))
    assert all(gap.question.startswith("Your words, to put right: ") for gap in result.gaps)
    assert not any(gap.choices for gap in result.gaps)
    assert not result.alternatives
    assert result.notices == (TO_PUT_RIGHT,)


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ("Hi Ann, the 8th is fine. See you then, Bob", "See you then.\n\nBest regards,\nBob Lee"),
        ("Hi Ann, the 8th is fine. Kind regards, B. Lee", "The 8th is fine.\n\nKind regards\nBob Lee"),
    ],
)
def test_a_letter_that_is_told_is_closed_and_signed_once(told: str, end: str) -> None:
    result = reply(message="Is the 8th fine?", instruction=told, sender_name="Ann", owner_name="Bob Lee")
    assert result.text.endswith(end)


@pytest.mark.parametrize("told", ["decline politely, too far", "agree, but not before Thursday."])
def test_few_words_stand_above_what_is_asked_and_no_click_leaves_them_out(told: str) -> None:
    result = reply(message="Can you come on Thursday?", instruction=told, sender_name="Ann", owner_name="Bob")
    own, asked = result.gaps
    assert own.question == f"Your words, to put right: \u201c{told}\u201d"
    assert own.is_own
    assert not own.choices
    assert not asked.choices
    assert not asked.is_own
    assert not result.alternatives


def test_nothing_of_long_words_is_lost() -> None:
    sentences = [f"tell her that part {number} of the order comes by ship and is late again" for number in range(20)]
    result = reply(message="Where is my order?", instruction=". ".join(sentences), sender_name="Ann", owner_name="Bob")
    shown = " ".join(gap.question for gap in result.gaps)
    assert len(result.gaps) > 1
    assert all(sentence in shown for sentence in sentences)


def test_nothing_of_a_sentence_without_an_end_is_lost() -> None:
    told = " ".join(f"and then part {number} of the order comes by ship" for number in range(40))
    result = reply(message="Where is my order?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert " ".join(re.findall("\u201c(.*?)\u201d", result.text)) == told
    assert result.skeleton


@pytest.mark.parametrize("told", ["short and friendly", "in a friendly tone"])
def test_of_a_wish_about_tone_alone_the_reply_is_what_it_is_without(told: str) -> None:
    asked = "Can you come on Thursday?"
    result = reply(message=asked, instruction=told, sender_name="Ann", owner_name="Bob")
    without = reply(message=asked, sender_name="Ann", owner_name="Bob")
    assert (result.text, result.gaps, result.alternatives) == (without.text, without.gaps, without.alternatives)
    assert result.notices == (TONE_ALONE,)


MANY_WANTED = (
    "Dear Ms Lee,\n\nfour of the ten pumps are cracked. Could you replace them by 4 December? Please send us a credit "
    "note over 1,140 euros. We need a new contact person.\n\nDeborah Finch"
)


def test_what_the_message_asks_stands_beside_the_letter_to_be_compared() -> None:
    told = "I am very sorry. We replace the pumps by 4 December."
    result = reply(message=MANY_WANTED, instruction=told, sender_name="Deborah Finch", owner_name="Ann Lee")
    assert told in result.text
    asked, *others = result.gaps
    assert all(gap.is_hint for gap in result.gaps)
    assert asked.question.startswith("It asks: ")
    assert "Could you replace them by 4 December?" in asked.question
    assert "credit note over 1,140 euros" in asked.question
    assert "We need a new contact person" in " ".join(gap.question for gap in (asked, *others))
    assert "credit note" not in result.text


@pytest.mark.parametrize(
    ("message", "told", "danger"),
    [
        ("Could you send the plan? Is Monday fine? By the way there is a smell of gas in the hall.",
         "Monday is fine.", "smell of gas in the hall"),
        ("Können Sie den Plan schicken? Passt Montag? Übrigens riecht es im Flur nach Gas.",
         "Montag passt mir gut.", "riecht es im Flur nach Gas"),
        ("Pouvez-vous envoyer le plan ? Lundi vous convient ? Au fait, ça sent le gaz dans le couloir.",
         "Lundi me convient.", "ça sent le gaz dans le couloir"),
        ("¿Puede enviar el plano? ¿Le va bien el lunes? Por cierto, huele a gas en el pasillo.",
         "El lunes me va bien.", "huele a gas en el pasillo"),
    ],
)  # fmt: skip
def test_a_danger_that_the_message_tells_of_is_shown_first(message: str, told: str, danger: str) -> None:
    result = reply(message=message, instruction=told, sender_name="Edda Wyn", owner_name="Ann Lee")
    first, *_ = result.gaps
    assert first.is_hint
    assert danger in first.question
    assert danger not in result.text


def test_who_complains_is_not_greeted_by_the_given_name() -> None:
    asked = "Bonjour,\n\nLe gâteau payé n'a jamais été servi. J'attends une explication.\n\nV. Lamotte"
    result = reply(message=asked, subject="Très déçue", instruction="excuses sincères", sender_name="Véronique Lamotte")
    assert result.text.startswith("Bonjour Véronique Lamotte,\n")


def test_a_danger_stands_before_the_answer_to_a_mail_that_asks_nothing() -> None:
    told = (
        "Hi Ruth,\n\nthe garden looks lovely and the tenants settle in. There is a smell of gas in the hall. Nice "
        "weather too.\n\nDan"
    )
    danger, gap = with_meanings(message=told, sender_name="Dan Pope", owner_name="Ruth Kern").gaps
    assert danger.question.startswith("Look at this first: ")
    assert "a smell of gas in the hall" in danger.question
    assert not gap.choices


@pytest.mark.parametrize(
    ("language", "told", "directions", "kept"),
    [
        ("en", "Take it seriously, no excuses. I moved the teacher this morning, don't give his name.",
         ["Take it seriously, no excuses.", "don't give his name."], "I moved the teacher this morning."),
        ("de", "du kannst se siezen. AV-Vertrag ja, schick ich. keine namen nennen von anderen kindern",
         ["du kannst se siezen.", "keine namen nennen von anderen kindern"], "AV-Vertrag ja, schick ich."),
        ("fr", "répondre poliment mais ferme. Le plombier passe lundi. pas menacer",
         ["répondre poliment mais ferme.", "pas menacer"], "Le plombier passe lundi."),
        ("es", "doce usuarios sin costo. amable, de usted", ["amable, de usted"], "doce usuarios sin costo."),
        # What an order is about stays beside it, and one to the reader is none to a writer.
        ("en", "the group is full, don't mention that", [], "the group is full, don't mention that"),
        ("de", "dass die Gruppe voll ist, nicht erwähnen", [], "dass die Gruppe voll ist, nicht erwähnen"),
        ("en", "don't give him nuts. be early", [], "don't give him nuts. be early"),
    ],
)  # fmt: skip
def test_how_to_write_stands_above_the_words(language: str, told: str, directions: list[str], kept: str) -> None:
    assert parted(told, language) == (directions, kept)


def test_how_to_write_is_shown_and_never_in_the_letter() -> None:
    told = "keep it friendly. the boiler man comes on thursday the 4th between 9 and 11, no charge. don't give his name"
    result = reply(message="When does he come?", instruction=told, sender_name="Ann", owner_name="Bob")
    how, words = result.gaps[:2]
    assert how.is_hint
    assert "keep it friendly" in how.question
    assert "don't give his name" in how.question
    assert "friendly" not in result.text
    assert "his name" not in result.text
    assert "the boiler man comes" in words.question


@pytest.mark.parametrize("length", [440, 600, 900])
def test_told_words_stand_in_as_few_gaps_as_have_room_and_are_cut_behind_a_sentence(length: int) -> None:
    told = "Write to Ann. " + "the parts come on a ship and we wait. " * (length // 38)
    result = reply(message="Where is my order?", instruction=told, sender_name="Ann", owner_name="Bob")
    own = [gap.question for gap in result.gaps if gap.question.startswith("Your words")]
    assert len(own) == -(-len(told) // 460)
    assert all(question.endswith(".\u201d") for question in own)


@pytest.mark.parametrize(
    ("thread", "message", "told", "shown"),
    [
        ("Bob:\nThe hall costs 150 euros on a Saturday.\n\nBob:\nSorry, one correction: the hall costs 180 euros.",
         "How much is the hall on Saturday?", "The hall costs 150 euros.", "the hall costs 180 euros"),
        ("Bob:\nPlease pay to DE89 3704 0044 0532 0130 00.\n\nBob:\nOur account DE89 3704 0044 0532 0130 00 is closed, "
         "it is cancelled.", "Where do I pay?", "Please pay to DE89 3704 0044 0532 0130 00.", "DE89 .* is closed"),
        ("Bob:\nWir können am Donnerstag liefern.\n\nBob:\nDonnerstag geht doch nicht, der Fahrer ist krank.",
         "Hallo Bob, wann kommt ihr denn jetzt?", "Wir kommen am Donnerstag um 10 Uhr.", "Donnerstag geht doch nicht"),
        ("Bob:\nLe devis pour la pose est de 450 euros.", "Bonjour Bob, le devis pour la pose est toujours bon ?",
         "Oui, 480 euros pour la pose.", "de 450 euros"),
    ],
)  # fmt: skip
def test_what_the_owner_wrote_before_stands_beside_other_words_of_theirs(
    thread: str, message: str, told: str, shown: str
) -> None:
    result = with_meanings(message=message, thread=thread, instruction=told, sender_name="Ann", owner_name="Bob")
    assert re.search(shown, result.gaps[0].question)
    assert result.gaps[0].is_hint


def test_what_the_owner_wrote_last_speaks_not_against_it() -> None:
    thread = "Bob:\nThe hall costs 150 euros on a Saturday.\n\nBob:\nSorry, one correction: the hall costs 180 euros."
    told = "The hall costs 180 euros."
    result = with_meanings(
        message="How much is the hall?", thread=thread, instruction=told, sender_name="Ann", owner_name="Bob"
    )
    assert not result.gaps
