"""What passages answer stands in a reply with its source; what only seems to answer is offered, or left out."""

from dataclasses import replace
from functools import partial

import pytest

from core.drafts import DraftSource
from core.embeddings import load_embedder
from core.settings import Settings
from core.text.facts import Facts, extract_facts
from core.writing.grounded.asked import Asking
from core.writing.grounded.knowledge import Knowledge, resting_on
from core.writing.grounded.lines import Ground
from core.writing.grounded.passages import GroundPassage, passages_value

TODAY = "2026-11-26"
LIST = GroundPassage(
    0, "Price list", "https://x.example/p", "The pump P-20 costs 480 pounds. It weighs 12 kilos.", date="2026-01-04"
)

REMINDER = GroundPassage(
    0,
    "Handbook, 7. Invoices",
    "",
    "7.2 First reminder: 7 days after the due date. Second reminder: 14 days later, a fee of 5 euros.",
    document="Handbook",
)
NOTICES = GroundPassage(
    0,
    "Handbook, 12. Changes",
    "",
    "12.6 Notice of 16 November 2026: The fee of the second reminder (7.2) is dropped.",
    document="Handbook",
)


def ask(question: str, *passages: GroundPassage, message: str = "", language: str = "en") -> Ground | None:
    return Knowledge(passages_value(passages), message, TODAY).answer(question, Asking(language))


def test_a_sentence_that_answers_is_said_and_its_source_shown_beside_it() -> None:
    found = ask("What does the pump P-20 cost?", LIST)
    assert found
    assert found.is_sure
    assert found.text == "The pump P-20 costs 480 pounds."
    (source,) = found.sources
    opened = "https://x.example/p#:~:text=The%20pump%20P%2D20%20costs%20480%20pounds."
    assert (source.title, source.link) == ("Price list (2026-01)", opened)


def test_what_came_from_a_source_keeps_its_place_and_day_in_both_lanes() -> None:
    stored = replace(LIST, place="7/2")
    said = ask("What does the pump P-20 cost?", stored)
    assert said
    written = resting_on("It is 480 pounds for the pump P-20.", [stored], "What does the pump P-20 cost?")
    assert [(one.place, one.date) for one in (*said.sources, *written)] == [("7/2", "2026-01-04")] * 2


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("What does the pump P-30 cost?", LIST),
        (
            "When does our contract end?",
            GroundPassage(0, "Contracts", "", "The contract of Holm Foods ends on 3 May 2027."),
        ),
        (
            "When does our contract end?",
            GroundPassage(0, "Contract Holm Foods", "", "The contract ends on 3 May 2027."),
        ),
        (
            "What does parking cost?",
            GroundPassage(0, "Handbook 2023", "", "Parking costs 15 pounds.", date="2023-02-01"),
        ),
        ("What does parking cost?", GroundPassage(0, "Handbook", "", "Parking costs 15 pounds.", date="2021-02-01")),
        ("When is the course?", GroundPassage(0, "Courses", "", "The course is on 3 March 2025.", date="2025-01-01")),
        (
            "When does it leave?",
            GroundPassage(0, "An answer", "", "Your parcel will leave on 3 May 2027.", kind="answer"),
        ),
    ],
)
def test_what_is_of_another_thing_person_or_year_is_no_answer(question: str, passage: GroundPassage) -> None:
    found = ask(question, passage)
    assert found is None or not found.is_sure


def test_another_language_is_offered_and_not_said() -> None:
    found = ask(
        "Was kostet der P-20?",
        GroundPassage(0, "List", "", "The P-20 is for sale and costs 480 pounds."),
        language="de",
    )
    assert found is None or not found.is_sure


def test_of_two_sources_the_newer_counts_and_without_dates_neither() -> None:
    old = GroundPassage(0, "Memo", "", "The pump P-20 costs 440 pounds.", date="2025-06-01")
    found = ask("What does the pump P-20 cost?", old, LIST)
    assert found
    assert found.is_sure
    assert "480" in found.text
    undated = [GroundPassage(0, one.title, "", one.text) for one in (old, LIST)]
    found = ask("What does the pump P-20 cost?", *undated)
    assert found
    assert not found.is_sure


def test_an_exception_behind_the_answer_goes_with_it() -> None:
    text = "All pumps have a warranty of three years. Filters are excluded. The desk is in Hull."
    found = ask("How long is the warranty on pumps?", GroundPassage(0, "Warranty", "", text))
    assert found
    assert found.text == "All pumps have a warranty of three years. Filters are excluded."


def test_a_standing_fact_is_found_by_its_name_or_a_phrase() -> None:
    fact = GroundPassage(
        0, "booking link", "", "Book here: https://x.example/b", kind="fact", phrases=("calendar link",)
    )
    for question in ("Could you send me your booking link?", "Where is the link to your calendar?"):
        found = ask(question, fact)
        assert found
        assert found.is_sure
        assert found.text == "Book here: https://x.example/b"
    assert ask("Could you send me the invoice?", fact) is None
    found = ask("Could you send me the booking link of Brandt Dairy?", fact)
    assert found is None or not found.is_sure


def test_a_guarded_fact_is_never_inserted_because_a_mail_asks_for_it() -> None:
    fact = GroundPassage(0, "bank details", "", "GB29 NWBK 6016 1331 9268 19", kind="fact", is_guarded=True)
    found = ask("Please send me your bank details.", fact)
    assert found
    assert not found.is_sure
    found = ask("Which account do I pay GB29 into?", fact)
    assert found is None or not found.is_sure


def test_a_file_that_came_with_the_message_goes_before_a_source() -> None:
    file = GroundPassage(0, "Offer.pdf", "", "The pump P-20 costs 460 pounds.", kind="file")
    found = ask("What does the pump P-20 cost?", LIST, file)
    assert found
    assert "460" in found.text


def test_a_sentence_of_a_model_is_shown_with_the_passage_that_says_its_facts() -> None:
    text = "Dear Mr Roy,\n\nThank you. It is 480 pounds for the pump P-20.\n\n[[Shall we meet?]]"
    (source,) = resting_on(text, [LIST], "What does the pump P-20 cost?")
    assert isinstance(source, DraftSource)
    assert (source.quote, source.supports) == (
        "The pump P-20 costs 480 pounds.", "It is 480 pounds for the pump P-20."
    )  # fmt: skip
    assert resting_on("We need 12 more days.", [LIST], "We need 12 more days.") == ()


OFFER = """Saubermann Gebaeudereinigung - offer A-2027-55
Cleaning of the office in Elm Street
monthly price: EUR 1,180 plus VAT
start: 4 January 2027
valid until 18 December 2026"""


@pytest.mark.parametrize(
    ("said", "proof"),
    [
        ("It must be accepted by 18 December 2026.", "valid until 18 December 2026"),
        ("It costs EUR 1,180 a month, from 4 January 2027.", OFFER.replace("\n", " ")),
    ],
)
def test_the_proof_in_a_list_of_lines_is_the_line_and_where_it_takes_several_the_list(said: str, proof: str) -> None:
    (source,) = resting_on(said, [GroundPassage(1, "offer.txt", "", OFFER, kind="file")], "Please accept the offer.")
    assert source.quote == proof


def test_a_wrapped_sentence_is_quoted_whole() -> None:
    wrapped = (
        "Each tenant is given two keys on the first day of the lease, and may\norder more from the office. A key that"
        " is lost costs EUR 45, which the\nlandlord takes from the deposit. Keys are never copied."
    )
    (source,) = resting_on("A lost key costs EUR 45.", [GroundPassage(1, "Lease", "", wrapped)], "I lost my key.")
    assert source.quote == "A key that is lost costs EUR 45, which the landlord takes from the deposit."


def test_what_a_handbook_in_another_language_says_is_a_source_by_its_facts() -> None:
    words = "Damage is reported to the office. The customer has five working days to choose what they get."
    handbook = GroundPassage(1, "Handbook", "", words)
    given = "Meine Lieferung ist beschädigt, was kann ich tun?\n2026-11-05"
    (source,) = resting_on("Sie haben innerhalb von 5 Arbeitstagen die Wahl.", [handbook], given)
    assert source.quote == words.split(". ")[1]


def test_a_word_that_is_only_near_and_one_of_the_sentence_before_are_no_ground() -> None:
    text = "The stand is built on 14 January 2027. Hugo Bast is responsible for the van."
    found = ask("Who is responsible for the stand?", GroundPassage(0, "Minutes", "", text))
    assert found is None or not found.is_sure
    staff = GroundPassage(0, "Handbook", "", "Vollzeitkräfte haben 30 Urlaubstage im Jahr.")
    embedder = partial(load_embedder, Settings(_env_file=None))
    known = Knowledge(passages_value([staff]), "", TODAY, embedder)
    near = known.answer("Wie viele Urlaubstage haben Teilzeitkräfte?", Asking("de"))
    assert near is None or not near.is_sure
    sure = known.answer("Wie viele Urlaubstage haben Vollzeitkräfte?", Asking("de"))
    assert sure
    assert sure.is_sure


BRACE = GroundPassage(
    0, "Brace", "", "Die lose Spange wird 16 Stunden am Tag getragen. Kontrollen finden alle sechs Wochen statt."
)
TERMS = GroundPassage(
    0, "Terms", "", "Members may pause their membership. While it is paused, 5 pounds are due. Lockers cost 2 pounds."
)


def test_a_question_that_points_back_is_answered_from_what_answered_the_one_before() -> None:
    other = GroundPassage(0, "Parking", "", "The car park costs 3 pounds.")
    known = Knowledge(passages_value([other, TERMS]), "", TODAY)
    first = known.answer("Can I pause my membership?", Asking("en"))
    assert first
    assert first.is_sure
    then = known.answer("And what does that cost?", Asking("en"))
    assert then
    assert (then.is_sure, "5 pounds" in then.text) == (True, True)
    assert Knowledge(passages_value([other, TERMS]), "", TODAY).answer("What does that cost?", Asking("en")) is None


def test_how_often_is_not_how_long() -> None:
    assert ask("Wie lange dauert eine Kontrolle der Spange?", BRACE, language="de") is None
    worn = ask("Wie lange muss die Spange am Tag getragen werden?", BRACE, language="de")
    assert worn
    assert worn.is_sure


def test_a_fact_in_another_language_is_shown_and_is_no_sentence_to_pick() -> None:
    fact = GroundPassage(0, "parking", "", "El aparcamiento del hotel cuesta 12 euros al día.", kind="fact")
    found = ask("What about parking?", fact)
    assert found
    assert (found.is_sure, found.text) == (False, "")
    assert found.sources[0].quote == fact.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Will you come by train?", "Trains are booked in second class."),
        ("What should we do with the damaged goods?", "Damaged goods are refunded in full within 14 days."),
        ("The mover wants 40 % upfront, are we really paying that?", "Payment is made with the next payroll."),
    ],
)
def test_what_only_the_owner_can_decide_no_handbook_says(question: str, said: str) -> None:
    found = ask(question, GroundPassage(0, "Handbook", "", said))
    assert found is None or (found.is_sure, found.text) == (False, "")


def test_who_wants_something_brought_is_offered_no_sentence_of_a_handbook() -> None:
    flights = GroundPassage(0, "Travel", "", "Plans for flights need the written consent of the head of department.")
    assert ask("Bring the plans please.", flights) is None


def test_a_price_is_no_yes_to_who_wants_something_brought() -> None:
    tables = GroundPassage(0, "Preisliste", "", "Stehtische kosten 9,00 € pro Stück.")
    found = ask("Können Sie auch Stehtische mitbringen?", tables, language="de")
    assert found
    assert (found.is_sure, found.text, found.lines[0].sentence) == (False, "", "Stehtische kosten 9,00 € pro Stück.")


def test_the_facts_of_each_line_of_a_passage_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[str]()

    def counted(text: str, language: str = "") -> Facts:
        read.append(text)
        return extract_facts(text, language)

    monkeypatch.setattr("core.writing.grounded.knowledge.extract_facts", counted)
    lines = [f"The pump P-{number} costs {number}0 pounds." for number in range(20, 24)]
    said = "It is 200 pounds for the first. The next is at 210 pounds. The last is at 230 pounds."
    assert len(resting_on(said, [GroundPassage(1, "List", "", "\n".join(lines))], "What do they cost?")) == 3
    assert all(read.count(line) == 1 for line in lines)


def test_a_rule_that_a_later_notice_changes_is_shown_with_it_and_is_no_sentence_to_pick() -> None:
    found = ask("What is the fee of the second reminder?", REMINDER, NOTICES)
    assert found
    assert not found.is_sure
    assert not found.text
    assert [source.quote[:4] for source in found.sources] == ["12.6", "Seco"]


def test_a_fact_is_named_by_a_compound_that_asks_for_a_detail_of_it() -> None:
    fact = GroundPassage(0, "Telefon", "", "0761 555 0136", kind="fact")
    found = ask("Wie ist Ihre Telefonnummer?", fact, language="de")
    assert found
    assert found.is_sure
    assert ask("Wie ist Ihr Telefonvertrag?", fact, language="de") is None


def test_a_row_with_all_words_of_a_question_is_in_its_language() -> None:
    rows = "Arbeit: Kleine Inspektion; Preis: 59 €\nArbeit: Große Inspektion; Preis: 119 €"
    found = ask("Was kostet eine große Inspektion?", GroundPassage(0, "Preise", "", rows), language="de")
    assert found
    assert found.text == "Arbeit: Große Inspektion; Preis: 119 €"


def test_what_tells_all_of_other_days_is_shown_and_is_no_sentence_to_pick() -> None:
    hire = (
        "Ein Verleih ist von April bis Oktober auch sonntags möglich. Von November bis März ist sonntags kein Verleih."
    )
    found = ask(
        "Ist ein Verleih auch sonntags im Dezember möglich?", GroundPassage(0, "Verleih", "", hire), language="de"
    )
    assert found
    assert not found.is_sure
    assert not found.text
    assert "Ein Verleih ist von April bis Oktober auch sonntags möglich." in [source.quote for source in found.sources]
    assert ask("Ist ein Umbau im Dezember möglich?", GroundPassage(0, "Verleih", "", hire), language="de") is None
