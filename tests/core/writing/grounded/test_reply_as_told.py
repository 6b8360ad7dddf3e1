"""What an owner told is the reply: word for word, in order, from their side, and what is not followed is said."""

import pytest

from core.writing.grounded.reply import NOT_TAKEN, TO_PICK
from tests.core.writing.grounded.test_reply import reply


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


@pytest.mark.parametrize(
    "told",
    [
        "decline, too expensive, ask him for 12 months, max 15k",
        "short and friendly",
        "Suggest to Ann that we meet at noon.",
        "Don't tell her that I am free all week.",
        "Donnerstag passt mir gut.",
        "- - -",
    ],
)
def test_of_what_takes_a_writer_nothing_stands_in_the_draft_and_the_owner_is_told(told: str) -> None:
    asked = "Can you come on Thursday?"
    result = reply(message=asked, instruction=told, sender_name="Ann", owner_name="Bob")
    without = reply(message=asked, sender_name="Ann", owner_name="Bob")
    assert (result.text, result.gaps, result.alternatives) == (without.text, without.gaps, without.alternatives)
    assert result.notices == (NOT_TAKEN,)


def test_plain_words_that_may_be_a_direction_are_to_pick_as_they_stand() -> None:
    told = "Liebe Frau Weiß, das tut mir sehr leid, das Papier war wirklich zu wenig. Drei neue sind gerade im Ofen."
    asked = "Guten Tag,\n\ndrei Tassen kamen zerbrochen an. Was tun Sie?\n\nIda Weiß"
    result = reply(message=asked, instruction=told, sender_name="Ida Weiß", owner_name="Bo Ahn")
    assert result.notices == (TO_PICK,)
    assert result.gaps[0].question.startswith("Ihre Worte, wenn sie so zum Leser sollen: ")
    # The letter has its greeting.
    said = "Das tut mir sehr leid, das Papier war wirklich zu wenig. Drei neue sind gerade im Ofen."
    assert result.gaps[0].choices == (said,)
    assert not result.skeleton


def test_longer_words_are_to_pick_though_they_name_somebody_else() -> None:
    told = "I want to stay but £60 is a lot, would he take 950? The 8th is fine, and use your keys, I am at work."
    result = reply(message="May we come on the 8th?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert [gap.choices[0] for gap in result.gaps[:2]] == [
        "The 8th is fine, and use your keys, I am at work.",
        "I want to stay but £60 is a lot, would he take 950?",
    ]


def test_what_may_be_an_order_or_a_remark_is_apart_from_plain_words_and_what_is_private_is_left_out() -> None:
    told = (
        "tell her how touched I am. of course I'll speak in May. he drinks again. don't tell her that. The 8th is fine."
    )
    result = reply(message="Will you speak in May?", instruction=told, sender_name="Ann", owner_name="Bob")
    plain, *asides = result.gaps[:3]
    assert (plain.choices, plain.question[:10]) == (("Of course I'll speak in May. The 8th is fine.",), "Your words")
    assert [gap.choices[0] for gap in asides] == ["Tell her how touched I am.", "He drinks again."]
    assert all(gap.question.startswith("Perhaps not for your reader: ") for gap in asides)
    assert "don't tell her that" not in result.text.casefold()
    assert result.notices == (TO_PICK, "Left out, since it may be for you alone: “don't tell her that.”")


@pytest.mark.parametrize(
    ("told", "hidden"),
    [
        ("The 8th is fine. (Only for me: margin is 40 percent. We could go down to 300.)", "300"),
        ("He has been drinking again and nobody can stand working with him any more. don't tell her that.", "drinking"),
        ("The 8th is fine. I will be there at noon. (he is a pain, by the way)", "pain"),
        ("The 8th is fine. Joan is having chemo but nobody is to know that, she is back soon.", "chemo"),
        ("The 8th is fine. I have surgery in May but I don't want Leo to know, he tells everybody.", "surgery"),
        ("It is fine (only for Bob: margin is 40. We paid 300 ourselves. A bargain.) See you at noon.", "300"),
        ("yes to both, the code is 4471, but don't put the code in the mail, it is a secret of ours", "4471"),
    ],
)
def test_what_is_not_for_the_reader_is_in_no_gap(told: str, hidden: str) -> None:
    result = reply(message="May we come on the 8th?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert all(hidden not in said for gap in result.gaps for said in (gap.question, *gap.choices))
    assert hidden not in result.text


@pytest.mark.parametrize(
    ("message", "told", "remark"),
    [
        ("May we come on the 8th?", "The 8th is fine. I am so fed up with this conference.", "fed up"),
        ("Dürfen wir am 8. kommen?", "Der 8. passt. Der Mann ist mir eigentlich zu teuer, aber egal.", "zu teuer"),
        ("Pouvons-nous venir le 8 avec les volets ?", "Le 8 me convient. Franchement, j'en ai marre.", "marre"),
        ("¿Podemos ir el día 8?", "El día 8 me va bien. La verdad, estoy harta de esto.", "harta"),
    ],
)
def test_grumbling_is_apart_from_what_is_told(message: str, told: str, remark: str) -> None:
    result = reply(message=message, instruction=told, sender_name="Ann", owner_name="Bob")
    plain, aside = result.gaps[:2]
    assert remark not in plain.choices[0]
    assert remark in aside.choices[0]


@pytest.mark.parametrize(
    "told",
    [
        "To be honest, Tuesday suits us better.",
        "They are supposed to hear from you by Friday.",
        "(She is stingy :)). See you at ten at the gate. I am looking forward to it.",
    ],
)
def test_plain_words_are_not_held_back(told: str) -> None:
    result = reply(message="When may we come?", instruction=told, sender_name="Ann", owner_name="Bob")
    said = "\n".join([result.text, *(choice for gap in result.gaps for choice in gap.choices)])
    assert told.rpartition(")). ")[2] in said


def test_a_sentence_with_its_stop_asks_nothing() -> None:
    told = "Kommen Sie Dienstag nach 10."
    result = reply(message="Wann kann ich kommen?", instruction=told, sender_name="Ann", owner_name="Bob")
    assert "Kommen Sie Dienstag nach 10." in "\n".join([result.text, *(c for gap in result.gaps for c in gap.choices)])


THREE_ASKED = (
    "Dear Mr Reeve,\n\n1. Does the cover include volunteers over 75?\n2. How much is the excess?\n"
    "3. When does it start?\n\nNkechi Obiora"
)
OFFERED = "Malcolm Reeve:\nVolunteers are covered up to their 80th birthday. The excess is 150 pounds per claim."


def test_what_the_owner_says_nothing_of_stays_a_gap_with_what_was_written_before_to_pick() -> None:
    people = {"sender_name": "Nkechi Obiora", "owner_name": "Malcolm Reeve"}
    result = reply(message=THREE_ASKED, thread=OFFERED, instruction="It starts on 1 May.", **people)
    assert "It starts on 1 May." in result.text
    left = ["Does the cover include volunteers over 75?", "How much is the excess?"]
    assert [gap.question.split(" \u2013 ")[0] for gap in result.gaps] == left
    assert "150 pounds" in result.gaps[1].choices[0]


@pytest.mark.parametrize(
    "told", ["I'll answer the questions tomorrow.", "Yes to the first, no to the second, we start in May."]
)
def test_nothing_is_left_open_where_the_owner_may_have_answered_all(told: str) -> None:
    assert not [gap for gap in reply(message=THREE_ASKED, instruction=told, sender_name="Nkechi Obiora").gaps
                if "volunteers" in gap.question]  # fmt: skip


MANY_WANTED = (
    "Dear Ms Lee,\n\nfour of the ten pumps are cracked. Could you replace them by 4 December? Please send us a credit "
    "note over 1,140 euros. We need a new contact person.\n\nDeborah Finch"
)


def test_what_the_owner_does_not_speak_of_is_told_beside_the_letter() -> None:
    told = "I am very sorry. We replace the pumps by 4 December."
    result = reply(message=MANY_WANTED, instruction=told, sender_name="Deborah Finch", owner_name="Ann Lee")
    assert told in result.text
    assert not result.gaps
    (notice,) = result.notices
    assert notice.startswith("Look whether you have answered this: ")
    assert "credit note over 1,140 euros" in notice
    assert "credit note" not in result.text


@pytest.mark.parametrize(
    ("language", "message", "told", "danger"),
    [
        ("en", "Could you send the plan? Is Monday fine? By the way there is a smell of gas in the hall.",
         "Monday is fine.", "smell of gas in the hall"),
        ("de", "Können Sie den Plan schicken? Passt Montag? Übrigens riecht es im Flur nach Gas.",
         "Montag passt mir gut.", "riecht es im Flur nach Gas"),
        ("fr", "Pouvez-vous envoyer le plan ? Lundi vous convient ? Au fait, ça sent le gaz dans le couloir.",
         "Lundi me convient.", "ça sent le gaz dans le couloir"),
        ("es", "¿Puede enviar el plano? ¿Le va bien el lunes? Por cierto, huele a gas en el pasillo.",
         "El lunes me va bien.", "huele a gas en el pasillo"),
    ],
)  # fmt: skip
def test_a_danger_of_which_the_owner_tells_nothing_stands_first(
    language: str, message: str, told: str, danger: str
) -> None:
    people = {"sender_name": "Edda Wyn", "owner_name": "Ann Lee"}
    *_, notice = reply(message=message, instruction=told, **people).notices
    assert danger in notice.partition("\u201d")[0]
    spoken = reply(message=message, instruction=f"{told} {SPOKEN[language]}", **people)
    assert not any(danger in shown for shown in spoken.notices)


SPOKEN = {
    "en": "About the smell of gas in the hall, open the doors and go outside.",
    "de": "Wenn es im Flur nach Gas riecht, gehen Sie bitte hinaus.",
    "fr": "Si ça sent le gaz dans le couloir, je vous prie de sortir.",
    "es": "Si huele a gas en el pasillo, le ruego que salga.",
}


def test_what_a_mail_only_tells_is_not_named_as_perhaps_open() -> None:
    asked = (
        "Dear Ms Lee,\n\nwe leave in the night and drive eight hours. Could you keep the key? Is the dog allowed? "
        "Please send us the bill.\n\nEdda Wyn"
    )
    told = "The dog may come, and I keep the key."
    result = reply(message=asked, instruction=told, sender_name="Edda Wyn", owner_name="Ann Lee")
    assert "drive eight hours" not in " ".join(result.notices)


def test_an_answer_that_begins_with_yes_answers_what_it_speaks_of_though_it_goes_on() -> None:
    asked = (
        "Dear Ms Lee,\n\nDo you still have the two stopwatches from last year? Could you do the timekeeping on Sunday, "
        "warm up at 8.30? Who else comes?\n\nEdda Wyn"
    )
    told = "I come on Sunday at half eight with Joan. Stopwatches yes got both, though one needs a battery, I sort it."
    result = reply(message=asked, instruction=told, sender_name="Edda Wyn", owner_name="Ann Lee")
    assert "stopwatches" not in " ".join(result.notices)


def test_a_wish_about_tone_is_named_beside_the_letter() -> None:
    result = reply(message=MANY_WANTED, instruction="We replace the pumps by 4 December. Not too stiff.")
    assert "Not too stiff" not in result.text
    assert any(notice.startswith("Left out, since it tells how to write: ") for notice in result.notices)


def test_of_a_list_each_entry_that_is_not_spoken_of_is_shown() -> None:
    asked = (
        "Dear Ms Lee,\n\nplease send us:\n\n- the insurance certificate,\n- the tax notice,\n- the days of lunch.\n\n"
    )
    told = "He eats lunch on Monday, and on the other days he comes home."
    result = reply(message=f"{asked}May he go home alone?\n\nN. Hale", instruction=told, sender_name="N. Hale")
    shown = " ".join(result.notices)
    assert "insurance certificate" in shown
    assert "tax notice" in shown


def test_who_complains_is_not_greeted_by_the_given_name() -> None:
    asked = "Bonjour,\n\nLe gâteau payé n'a jamais été servi. J'attends une explication.\n\nV. Lamotte"
    result = reply(message=asked, subject="Très déçue", instruction="excuses sincères", sender_name="Véronique Lamotte")
    assert result.text.startswith("Bonjour,\n")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("90 cm breit. kommen Sie dienstag nach 10", "90 cm breit. Kommen Sie Dienstag nach 10."),
        ("90 cm breit. Kommen Sie Dienstag nach 10!", "90 cm breit. Kommen Sie Dienstag nach 10!"),
        ("90 cm breit. können Sie Dienstag kommen", "90 cm breit. Können Sie Dienstag kommen?"),
    ],
)
def test_what_may_be_an_order_to_the_reader_is_never_made_a_question(told: str, said: str) -> None:
    asked = "Hallo Frau Kern,\n\nwie breit soll die Tür sein? Wann darf ich kommen?\n\nViele Grüße\nBert"
    result = reply(message=asked, instruction=told, sender_name="Bert Holm", owner_name="Uli Kern")
    assert said in "\n".join([result.text, *(choice for gap in result.gaps for choice in gap.choices)])


def test_of_a_mail_that_only_tells_of_a_danger_the_gap_quotes_it_without_a_promise() -> None:
    told = (
        "Hi Ruth,\n\nthe garden looks lovely and the tenants settle in. There is a smell of gas in the hall. Nice "
        "weather too.\n\nDan"
    )
    gap, *_ = reply(message=told, sender_name="Dan Pope", owner_name="Ruth Kern").gaps
    assert gap.question == "Your answer to Dan: \u201cThere is a smell of gas in the hall\u201d"
    assert not gap.choices
