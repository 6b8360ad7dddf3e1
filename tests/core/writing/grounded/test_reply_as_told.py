"""What an owner told is the reply: word for word, in order, from their side, and what is not followed is said."""

import pytest

from core.writing.grounded.reply import HIDDEN, NOT_FOLLOWED, NOT_TRANSLATED
from tests.core.writing.grounded.test_reply import reply


@pytest.mark.parametrize(
    ("instruction", "message", "body"),
    [
        ("I'll send the slides on wednesday; jonas presents the budget.", "Does Jonas present the budget?",
         "I'll send the slides on Wednesday. Jonas presents the budget."),
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
    assert result.notices == (HIDDEN,)


def test_a_wish_about_tone_leaves_the_reply_as_it_is_and_says_so() -> None:
    result = reply(message="Can you come on Thursday?", instruction="short and friendly", sender_name="Ann")
    assert result.text == reply(message="Can you come on Thursday?", sender_name="Ann").text
    assert result.notices == (NOT_FOLLOWED.format(wish="short and friendly"),)


def test_words_in_another_language_stay_in_it_and_the_owner_is_told() -> None:
    asked = "Guten Tag, ist die Schulung im Preis enthalten? Wann können Sie anfangen?"
    told = "Yes, it is included. We can start on 11 January."
    result = reply(message=asked, instruction=told, sender_name="Ann", owner_name="Bob")
    assert told in result.text
    assert result.text.startswith("Hi Ann,")
    assert result.notices == (NOT_TRANSLATED.format("English", "German"),)


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
    assert result.text.startswith("Bonjour Véronique Lamotte,")


def test_a_clause_that_may_speak_of_the_reader_or_of_another_is_offered_both_ways() -> None:
    asked = "Chère Rokia, je vous dis que Fatou est rentrée. Fatou marche déjà un peu. Bien amicalement, Monique"
    told = "dis que toute l'équipe pense à elle"
    result = reply(message=asked, instruction=told, sender_name="Monique Aubert", owner_name="Rokia Diallo")
    assert result.gaps[0].choices[:2] == ("Toute l'équipe pense à vous.", "Toute l'équipe pense à elle.")


def test_a_remark_to_oneself_in_brackets_is_no_part_of_the_reply() -> None:
    told = "Die Rechnung ist bezahlt (hab ich schon geschrieben, Betrag nennen)."
    asked = "Guten Tag Herr Bob, wann zahlen Sie die Rechnung über 420 Euro? Ann Lee"
    result = reply(message=asked, instruction=told, sender_name="Ann Lee", owner_name="Bob")
    assert [one.place in result.text for one in result.gaps] == [True]
    assert "nennen)" not in result.text.replace(result.gaps[0].place, "")
