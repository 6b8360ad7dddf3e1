"""A message by its blocks: what is asked stands with its paragraph or its list, and nothing is left out."""

import pytest

from core.text.forms import BETWEEN_MAILS
from core.writing.grounded.asked import Asking, things_asked
from core.writing.grounded.blocks import MAX_BLOCK_CHARS, Block, blocks_of
from core.writing.grounded.reply import TOO_LONG
from tests.core.writing.grounded.test_reply import reply


def shown(text: str, language: str = "en") -> list[str]:
    """Return how each thing that a message asks is shown."""
    asking = Asking(language)
    return [block.text for block in blocks_of(text, things_asked(text, asking), [], asking) if block.is_asked]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The wiring costs £185. The limit is £150. Do I go ahead with it?",
         ["The wiring costs £185. The limit is £150. Do I go ahead with it?"]),
        ("Could you send somebody to look at it? I am home on Friday from noon.",
         ["Could you send somebody to look at it? I am home on Friday from noon."]),
        ("We were so pleased. Could you send us the programme of the concert?",
         ["We were so pleased. Could you send us the programme of the concert?"]),
        ("Have a nice day. Could you send us the programme of the concert?",
         ["Could you send us the programme of the concert?"]),
        ("The last one was late. The hall closes at 9 pm.\n\nCan you bring the chairs back?",
         ["The last one was late. The hall closes at 9 pm. Can you bring the chairs back?"]),
        ("This is how it stands with the cellar of the old house:\n\nIt is wet again and the pump has not run since "
         "Monday, so what stands on the floor has to go up to the attic. Can you help?",
         ["This is how it stands with the cellar of the old house: It is wet again and the pump has not run since "
          "Monday, so what stands on the floor has to go up to the attic. Can you help?"]),
        ("When does the hall close?\n\nCan you bring the chairs back?",
         ["When does the hall close?", "Can you bring the chairs back?"]),
    ],
)  # fmt: skip
def test_what_is_said_beside_what_is_asked_goes_with_it(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("question", ["What now?", "On fait quoi ?"])
def test_a_bare_question_stands_behind_all_that_leads_to_it(question: str) -> None:
    text = f"Her little one is allergic to nuts. You ordered almonds for the stall. {question}"
    assert shown(text, "fr" if question.startswith("On") else "en") == [text]


def test_a_short_question_that_points_back_is_one_with_what_it_asks_about() -> None:
    text = "Ich bitte Sie, die Griffe am Donnerstag neu zu setzen. Passt das?"
    assert shown(text, "de") == [text]
    assert len(shown("Wann werden die Griffe neu gesetzt? Gibt es Kaffee?", "de")) == 2


def test_what_two_questions_stand_around_goes_with_the_second() -> None:
    text = "Is the boat dry by now? The race is on 7 June. Who steers it on that day?"
    assert shown(text) == ["Is the boat dry by now?", "The race is on 7 June. Who steers it on that day?"]


def test_and_begins_another_question() -> None:
    first, then = "Can you do Friday instead of me? It is parents' evening.", "And did you ring about the lift?"
    assert shown(f"{first} {then}") == [first, then]
    here = "Les dents qui tombent le gênent-elles pour la trompette ?"
    there = "Nous préférons le vendredi. Y a-t-il un créneau ?"
    assert shown(f"{here} {there}", "fr") == [here, there]
    assert shown("Hay guardia por la noche? Cuánto cuesta?", "es") == ["Hay guardia por la noche?", "Cuánto cuesta?"]


@pytest.mark.parametrize("lead", ["Three things about Tobias:", "A few queries from the altos' bench:", "Konkret:"])
def test_what_only_announces_a_list_is_not_shown(lead: str) -> None:
    asking, text = Asking("en"), f"{lead}\n\n- Is the key with you?\n- When does the hall close?"
    assert [block.text for block in blocks_of(text, things_asked(text, asking), [], asking)] == [
        "Is the key with you?", "When does the hall close?"
    ]  # fmt: skip
    told = "The lift has stood still since the 4th:\n\n- Is the key with you?\n- When does the hall close?"
    assert len(blocks_of(told, things_asked(told, asking), [], asking)) == 3


def test_how_somebody_is_is_not_asked_in_earnest() -> None:
    assert shown("Hola Sra. Silvia, cómo está?\n\n¿Podemos entrar el 1?", "es") == ["¿Podemos entrar el 1?"]


def test_what_says_that_another_matter_begins_parts_them_where_it_stands() -> None:
    told = "Can you tell us who signs the agreement? Without a valid one she cannot begin, the insurance is clear. "
    asked = "Finally, I would like to come for half an hour in the middle of her stay. Which of the two days suits you?"
    assert shown(told + asked) == [told.strip(), asked]
    assert shown("Also immer noch vier Leute. Passt das so?", "de") == ["Also immer noch vier Leute. Passt das so?"]


def test_who_ends_each_matter_with_its_line_is_shown_line_by_line() -> None:
    lines = (
        "Could we begin at twenty past eight on Tuesdays and stay until twenty past ten? The bus has a new hour.",
        "We paid £480 last year and the sheet says £560. Is that decided? Our board has planned £500 for it.",
        "I cannot find the key of the cloakroom, it is number 7 I think. Does the lock have to be replaced?",
    )
    text = "\n".join(("Three things:", *lines))
    assert shown(text) == [f"Three things: {lines[0]}", *lines[1:]]


def test_things_that_are_only_named_stand_with_what_asks_for_them() -> None:
    text = "Could you please send us the following:\n\n1. two bags of lime\n2. a spade\n3. ten pots\n\nThank you"
    assert shown(text) == ["Could you please send us the following: 1. two bags of lime; 2. a spade; 3. ten pots"]


def test_of_a_list_that_is_longer_than_a_block_the_rest_is_asked_too() -> None:
    before = f"We have heard that on 3 May you will move into the old dairy{', and on to the next one' * 7}."
    lead = "Could you please send us the following, as we agreed on the phone in April:"
    text = f"{before} {lead}\n\n- two bags of lime\n- a spade with a long handle\n- ten pots of 12 cm"
    assert shown(text) == [f"{before} {lead} two bags of lime; a spade with a long handle", "ten pots of 12 cm"]


def test_a_list_that_tells_is_not_asked() -> None:
    text = "Who was there:\n\n- Ada of the choir\n- Bo of the band\n\nWhen do we meet again?"
    assert shown(text) == ["When do we meet again?"]


def test_what_stands_behind_a_semicolon_is_shown_with_what_it_is_about() -> None:
    text = "If so I would rather cancel the cabin; could you tell me how much I get back?"
    assert shown(text) == [text]


def test_no_more_is_shown_than_fits() -> None:
    text = f"It is 5 km {'to the river and back ' * 20}long. It costs 20 €. Do you want to join us on it?"
    (found,) = shown(text)
    assert found.endswith("long. It costs 20 €. Do you want to join us on it?")
    assert len(found) < MAX_BLOCK_CHARS


def test_a_part_goes_behind_the_label_of_its_entry() -> None:
    part = "is it in the price?"
    assert Block(f"Dismantling: {part}", (part,)).labelled(part) == f"Dismantling: {part}"
    assert Block(f"And what I meant to ask you: {part}", (part,)).labelled(part) == part
    assert Block(part, (part,)).labelled(part) == part


ALIKE = {
    "questions": "1. How many chairs are there in the big hall?\n2. How many chairs are there in the small hall?\n"
    "3. How many chairs are there in the garden?",
    "papers": "Please send us the following papers:\n\n- a certified copy of the passport of the mother\n"
    "- a certified copy of the passport of the father\n- the birth certificate, signed by both parents\n"
    "- the vaccination record, signed by both parents",
    "heating": "Could you tell me when the heating in the nursery is mended? The heating in the nursery smells of gas.",
    "heizung": "- Wann wird die Heizung im Keller repariert?\n- Wann wird die Heizung im Bad repariert?\n"
    "- Wann wird die Heizung im Kinderzimmer repariert, dort riecht es nach Gas?",
}


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize("told", ["", "Dear Ann, yes to all of it, I will see to it on Monday."])
def test_of_lines_that_are_much_alike_none_is_hidden(name: str, told: str) -> None:
    message = f"Dear Bob,\n\n{ALIKE[name]}\n\nAnn"
    result = reply(message=message, sender_name="Ann Hill", owner_name="Bob Lee", instruction=told)
    shown = " ".join(gap.question for gap in result.gaps)
    for line in ALIKE[name].replace("? The", "?\nThe").splitlines():
        assert line.lstrip("123.- ").rstrip("?.:") in shown or not line


def test_a_told_reply_shows_a_forwarded_mail_and_asks_nothing_of_who_reads_no_answers() -> None:
    message = (
        "Hi Bob, can you deal with this?\n\nAnn\n\n---------- Forwarded message ---------\nFrom: Joan Reed "
        "<joan@example.org>\nSubject: hall\n\nThere is a smell of gas in the hall. Could you send the plan?"
    )
    told = "Hi Ann, yes, I deal with it tomorrow."
    result = reply(message=message, subject="Fwd: hall", sender_name="Ann Hill", owner_name="Bob Lee", instruction=told)
    assert "smell of gas in the hall" in " ".join(gap.question for gap in result.gaps)
    machine = "Your parcel comes on Monday. Do not reply to this mail: replies are not read. Is the address right?"
    gaps = reply(message=machine, sender_name="Parcels", owner_name="Bob Lee").gaps
    assert gaps[0].is_hint
    assert "replies are not read" in gaps[0].question
    assert not any(gap.choices for gap in gaps)


def test_a_danger_that_begins_like_a_greeting_is_shown() -> None:
    text = "Hello the stove smells of gas! Could you send me the plan of the hall?"
    (first, *_) = blocks_of(
        text, ["Could you send me the plan of the hall?"], ["Hello the stove smells of gas!"], Asking("en")
    )
    assert first.is_alert
    assert "smells of gas" in first.text


def test_who_needs_no_answer_is_shown_with_what_else_they_say() -> None:
    paragraphs = (
        "no need to reply to this mail, it is only so that you know how things are in the shop this week.",
        "From Monday on the side door is locked, so everybody goes through the yard, where it is dark and slippery.",
    )
    message = "\n\n".join(("Hi Bob,", *paragraphs, "Ann"))
    shown = " ".join(gap.question for gap in reply(message=message, sender_name="Ann Hill", owner_name="Bob Lee").gaps)
    assert "dark and slippery" in shown


def test_of_a_message_that_is_too_long_it_is_said_that_only_its_beginning_and_its_end_are_shown() -> None:
    message = "The cellar of the third house is dry again since Monday.\n\n" * 600
    assert reply(message=message).notices == (TOO_LONG,)
    assert reply(message=message[:5000]).notices == ()


def test_lines_behind_a_colon_are_entries_and_each_point_of_a_complaint_is_asked() -> None:
    listed = "I would like to know:\n\nhow many samples you need\nhow deep\nwhat it costs with boron included"
    assert shown(listed) == [listed.replace(":\n\n", ": ").replace("\n", "; ")]
    narrow = (
        "As to your question:\n\nWe have looked at the offer and at the plan that\nyou sent, and think that it is\n"
        "far too dear. Could you send a cheaper one?"
    )
    assert not any(text.startswith("you sent") for text in shown(narrow))
    wrapped = (
        "Please note:\n\nthe hall is closed on all days of the first week of the month of May, and\nin June as well."
    )
    assert not any(text.startswith("in June") for text in shown(wrapped))
    scratched = (
        "The hull was scratched by your sling on the day on which you lifted her out of the water for the winter."
    )
    points = f"You have charged two coats, and there is only one.\n\n{scratched}"
    blocks = blocks_of(points, [], [], Asking("en", occasion="complaint"))
    assert [block.is_asked for block in blocks] == [True, True]


def test_what_a_very_long_message_asks_at_its_end_is_answered() -> None:
    lines = "\n".join(f"I have checked the costs of item {number}." for number in range(2_000))
    message = f"Hello Max,\n\n{lines}\n\nPlease send me the receipts for item 9."
    assert "Please send me the receipts for item 9" in reply(message=message, sender_name="Ann Lee").text


@pytest.mark.parametrize("between", [" ", "", "\n"])
def test_the_end_of_a_very_long_message_is_kept_whatever_stands_between_its_sentences(between: str) -> None:
    ask = "Please send me the receipts for item 9."
    text = between.join(["The costs of the items of the third house have been checked."] * 700)
    assert any(ask in block.text for block in blocks_of(f"{text}{between}{ask}", [], [], Asking("en")))
    lined = f"{text[:33_000]}{' ' * (between != '')}{ask}\nBye"
    assert any(ask in block.text for block in blocks_of(lined, [], [], Asking("en")))


def test_the_fields_of_a_form_are_no_signature() -> None:
    message = "You have an inquiry.\n\nName: Eva Kern\nMail: e@example.org\nMessage: Is there a balcony?\n\nJust reply."
    assert "Is there a balcony?" in reply(message=message, sender_name="Eva Kern").text


def test_of_a_very_long_message_no_amount_and_no_link_is_cut() -> None:
    long = "word " * 5_400 + "The rent is 1,250 euros a month. " * 200
    link = f"https://example.com/{'a' * 400}"
    told = [block.text for block in blocks_of(long, [], [], Asking("en"))]
    assert not any(text.endswith(("1", "1,", "1,2", "1,25")) for text in told)
    signed = blocks_of(f"Please sign the lease here: {link} by Friday.", [], [], Asking("en"))
    assert any(link in block.text for block in signed)


def test_the_rows_of_a_table_are_no_words_of_a_question() -> None:
    table = "Day\tItem\tQty\nMon\tSoup\t80\nTue\tQuiche\t95"
    said = reply(message=f"Can you deliver these quantities, and does the price still hold?\n\n{table}")
    assert [gap.question for gap in said.gaps] == [
        "Can you deliver these quantities?",
        "And does the price still hold?",
        "It also says: “Day | Item | Qty; Mon | Soup | 80; Tue | Quiche | 95”",
    ]


def test_mails_that_are_answered_together_are_asked_apart() -> None:
    first = "Hello Jana,\n\nDave will handle the parking, so no need to worry about that.\n\nThanks,\nRosa"
    mails = f"{first}{BETWEEN_MAILS}Hi Jana,\n\none more: is there a cloakroom?\n\nThanks,\nRosa"
    said = reply(message=mails, sender_name="Rosa Kolb", owner_name="Jana Lindner")
    assert [gap.question for gap in said.gaps] == [
        "It also says: “Dave will handle the parking, so no need to worry about that”",
        "Your answer: “One more: is there a cloakroom?”",
    ]


@pytest.mark.parametrize(
    ("language", "lead"), [("en", "Here is our list:"), ("de", "hier unsere Liste:"), ("fr", "Voici nos questions :")]
)
def test_what_only_leads_to_a_list_of_questions_is_left_out(language: str, lead: str) -> None:
    text = f"{lead}\n\n- Where is the hall?\n- When does it open?"
    asking = Asking(language)
    read = blocks_of(text, ["Where is the hall?", "When does it open?"], [], asking)
    assert [block.text for block in read] == ["Where is the hall?", "When does it open?"]


def test_who_wants_to_know_by_a_day_only_leads_to_the_list() -> None:
    lead = "Lovely to meet you, thanks for showing us round the garden. Could you let me know by Thursday:"
    text = f"{lead}\n\n- is the garden covered?\n- can we bring our own wine?"
    assert shown(text) == ["is the garden covered?", "can we bring our own wine?"]


def test_an_order_of_so_much_of_each_is_one_thing_asked() -> None:
    order = "6 trays strawberry 42g\n4 trays raspberry\n2 trays gooseberry if there is any\n1 tub of marmalade"
    first, second = shown(f"Hi\n\nCan I put in the first order:\n\n{order}\n\nWhat day do you come our way now?")
    assert "6 trays strawberry" in first
    assert "marmalade" in first
    assert second == "What day do you come our way now?"


@pytest.mark.parametrize(
    ("language", "text", "unsaid"),
    [
        ("es", "Buenas tardes, chef.\n\nQuedo atenta.\n\n¿Puede haber opción vegana?", ("chef", "atenta")),
        ("es", "Hola don Hernán, cómo está.\n\n¿Cuánto sería el retiro?", ("cómo está",)),
        ("en", "So sorry to bug you, I know you're swamped. What time should I be there?", ("bug you",)),
    ],
)
def test_small_talk_is_no_content(language: str, text: str, unsaid: tuple[str, ...]) -> None:
    asking = Asking(language)
    told = " ".join(block.text for block in blocks_of(text, things_asked(text, asking), [], asking))
    assert not any(line in told for line in unsaid)


def test_what_is_to_be_seen_first_stands_without_what_another_paragraph_asks() -> None:
    danger = "The lever goes all the way to the bar when I pull it hard."
    text = f"How long does the tyre last?\n\n{danger} Is that so?\n\nDo you have a top box?\n\nA red one would be nice."
    asking = Asking("en")
    first, *others = blocks_of(text, things_asked(text, asking), [danger], asking)
    assert (first.text, first.is_alert) == (f"{danger} Is that so?", True)
    assert [block.text for block in others] == [
        "How long does the tyre last?",
        "Do you have a top box? A red one would be nice.",
    ]


def test_what_only_takes_leave_stays_with_what_is_before_it() -> None:
    danger = "The lever goes all the way to the bar when I pull it hard."
    [block] = blocks_of(f"{danger}\n\nGod bless you all.", [], [danger], Asking("en"))
    assert block.is_alert


def test_that_no_answer_is_wanted_is_told() -> None:
    said = reply(message="Hello Jana,\n\nthe covers went on at 8.\n\nNo need to come back to me.\n\nRosa")
    assert any("No need to come back to me" in gap.question for gap in said.gaps)
