"""What an owner told is the reply: word for word, in order, from their side, and what is not followed is said."""

import pytest

from core.drafts import without_gaps
from core.writing.grounded.noted import notice_of
from core.writing.grounded.reply import NOT_FOLLOWED, NOT_TRANSLATED
from tests.core.writing.grounded.test_reply import reply


@pytest.mark.parametrize(
    ("instruction", "message", "body"),
    [
        ("I'll send the slides on wednesday; we will present the budget.", "Will you present the budget?",
         "I'll send the slides on Wednesday. We will present the budget."),
        ("Tuesday lunch works, 12:30 at Luigi's.", "Lunch?", "Tuesday lunch works, 12:30 at Luigi's."),
    ],
)  # fmt: skip
def test_what_the_owner_says_is_the_reply(instruction: str, message: str, body: str) -> None:
    result = reply(message=message, instruction=instruction, sender_name="Ann", owner_name="Bob")
    assert result.text == f"Hi Ann,\n\n{body}\n\nBest regards,\nBob"
    assert not result.skeleton
    assert not result.gaps


def test_what_is_not_for_the_sender_stands_nowhere_and_the_owner_is_told() -> None:
    told = "decline, too expensive, ask him for 12 months, max 15k"
    result = reply(message="Do you want to renew?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert "15k" not in result.text
    assert "too expensive" not in result.text
    assert result.notices == (notice_of(told),)


def test_a_wish_about_tone_leaves_the_reply_as_it_is_and_says_so() -> None:
    result = reply(message="Can you come on Thursday?", instruction="short and friendly", sender_name="Ann")
    assert result.text == reply(message="Can you come on Thursday?", sender_name="Ann").text
    assert result.notices == (NOT_FOLLOWED.format(wish="short and friendly"),)


def test_what_no_table_translates_stands_as_a_note_beside_a_reply_of_the_message_s_own_language() -> None:
    asked = "Guten Tag, ist die Schulung im Preis enthalten? Wann können Sie anfangen?"
    result = reply(message=asked, instruction="That is included.", sender_name="Ann", owner_name="Bob")
    assert result.text.startswith("Guten Tag Ann,")
    assert "[[Wann können Sie anfangen?]]" in result.text
    assert "included" not in result.text
    assert "That is included." in result.gaps[-1].question
    assert result.notices[-1] == NOT_TRANSLATED.format(own="English", theirs="German")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("no to monday, thursday is ok", "no me va bien el lunes 25 a las 8:00. Me va bien el jueves 28 a las 15:30."),
        ("monday at 8 is fine, thanks for the quick reply", "Me va bien el lunes 25 a las 8:00. Muchas gracias."),
    ],
)
def test_dates_and_thanks_are_said_in_the_language_of_the_message(told: str, said: str) -> None:
    asked = "Hola Zulema, te puedo ofrecer el lunes 25 a las 8:00 o el jueves 28 a las 15:30. ¿Cuál prefieres?"
    result = reply(message=asked, instruction=told, sender_name="Óscar Tudela")
    assert said in result.text
    assert result.notices == ()


THREE_ASKED = (
    "Dear Mr Reeve,\n\n1. Does the cover include volunteers over 75?\n2. How much is the excess?\n"
    "3. When does it start?\n\nNkechi Obiora"
)
OFFERED = "Malcolm Reeve:\nVolunteers are covered up to their 80th birthday. The excess is 150 pounds per claim."


def test_what_the_owner_says_nothing_of_stays_a_gap_with_what_was_written_before_to_pick() -> None:
    people = {"sender_name": "Nkechi Obiora", "owner_name": "Malcolm Reeve"}
    result = reply(message=THREE_ASKED, thread=OFFERED, instruction="tell her it starts on 1 May", **people)
    assert "It starts on 1 May." in result.text
    left = ["Does the cover include volunteers over 75?", "How much is the excess?"]
    assert [gap.question.split(" \u2013 ")[0] for gap in result.gaps] == left
    assert "150 pounds" in result.gaps[1].choices[0]


@pytest.mark.parametrize(
    "told", ["I'll answer the questions tomorrow", "1 yes, 2 yes, 3 may", "to 80, 150 pounds, 1 May"]
)
def test_nothing_is_left_open_where_the_owner_may_have_answered_all(told: str) -> None:
    assert not [gap for gap in reply(message=THREE_ASKED, instruction=told, sender_name="Nkechi Obiora").gaps
                if "volunteers" in gap.question]  # fmt: skip


def test_a_fact_that_is_to_be_said_again_is_quoted_from_the_thread() -> None:
    people = {"sender_name": "Nkechi Obiora", "owner_name": "Malcolm Reeve"}
    result = reply(message="Dear Mr Reeve, what is the excess?\nNkechi Obiora", thread=OFFERED,
                   instruction="tell her the excess again", **people)  # fmt: skip
    assert "As I wrote: “The excess is 150 pounds per claim.”" in result.text


def test_a_date_is_accepted_in_the_language_of_the_message() -> None:
    asked = "Bonjour, je peux passer mardi 18 à 7h30 ou jeudi 20 à 16h, dites-moi ce qui vous arrange. Paulo Ferreira"
    result = reply(message=asked, instruction="tell him thursday is fine", sender_name="Paulo Ferreira")
    assert "jeudi 20 à 16h" in result.text
    assert result.notices == ()


def test_who_points_to_their_own_words_has_them_quoted() -> None:
    asked = "Guten Tag,\n\n1. Wie hoch ist die Kaution?\n2. Darf ich einen Anhänger abstellen?\n\nRasmus Oyelowo"
    earlier = "Hedwig Pahl:\nGuten Tag Herr Oyelowo, die Kaution beträgt zwei Monatsmieten, also 2.860 Euro."
    people = {"sender_name": "Rasmus Oyelowo", "owner_name": "Hedwig Pahl"}
    result = reply(message=asked, thread=earlier, instruction="kaution s.o., anhänger ja aber nur einer", **people)
    assert "wie ich schrieb: „Die Kaution beträgt zwei Monatsmieten, also 2.860 Euro.“" in result.text
    assert "Anhänger ja, aber nur einer." in result.text
    assert [one.title for one in result.sources] == ["Hedwig Pahl"]


def test_who_complains_is_not_greeted_by_the_given_name() -> None:
    asked = "Bonjour,\n\nLe gâteau payé n'a jamais été servi. J'attends une explication.\n\nV. Lamotte"
    result = reply(message=asked, subject="Très déçue", instruction="excuses sincères", sender_name="Véronique Lamotte")
    assert result.text.startswith("Bonjour,\n")


def test_a_clause_that_may_speak_of_the_reader_or_of_another_is_not_said() -> None:
    asked = "Chère Rokia, je vous dis que Fatou est rentrée. Fatou marche déjà un peu. Bien amicalement, Monique"
    told = "dis que toute l'équipe pense à elle"
    result = reply(message=asked, instruction=told, sender_name="Monique Aubert", owner_name="Rokia Diallo")
    assert "pense à" not in without_gaps(result.text)
    assert told not in result.text
    assert any(told in one.question for one in result.gaps)


def test_notes_in_shorthand_stand_beside_the_gap_of_what_the_message_asks() -> None:
    told = "rechnung bezahlt am 3., beleg folgt (betrag nennen)"
    asked = "Guten Tag Herr Bob,\n\nwann zahlen Sie die Rechnung über 420 Euro?\n\nAnn Lee"
    result = reply(message=asked, instruction=told, sender_name="Ann Lee", owner_name="Bob")
    assert [one.question for one in result.gaps] == [f"Wann zahlen Sie die Rechnung über 420 Euro? Ihre Notiz: {told}"]
    assert "beleg" not in without_gaps(result.text).casefold()
    assert result.notices == (notice_of(told),)
    assert result.skeleton


def test_of_notes_with_a_private_remark_nothing_stands_in_the_draft() -> None:
    told = "Friday works. Don't tell him that our budget is 15k."
    result = reply(message="Does Friday suit you?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert "[[Does Friday suit you?]]" in result.text
    assert "Friday works." not in result.text
    assert "15k" not in result.text
    assert result.notices == (notice_of(told),)
    # Signs alone say nothing, and the draft stays what it is without them.
    assert "-." not in reply(message="Does Friday suit you?", instruction="- - -", sender_name="Ann").text
