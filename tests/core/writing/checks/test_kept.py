"""Facts and defined terms of a source stay in a draft of it, but for what its person wants changed."""

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from core.writing.checks.kept import find_exchanged_facts
from tests.core.writing.checks.test_fidelity import findings, said_of


def test_another_word_for_a_defined_term_blocks() -> None:
    assert findings("rewrite", "The vendor sends the invoice to the Customer.") == [("terms", "block")]
    assert findings("rewrite", "The supplier sends the invoice to the Customer.") == [("terms", "block")]
    assert findings("rewrite", "The Supplier sends the invoice to the Customer.") == []


def test_a_term_that_the_paragraph_itself_defines_stays() -> None:
    source = "“Fee” means the amount in Annex 1."
    assert ("terms", "block") in findings("plain", "A charge is the amount in Annex 1.", source=source, context="")


def test_a_shorter_text_may_leave_a_term_out_but_not_change_it() -> None:
    assert findings("shorten", "The Supplier sends it.") == []
    assert findings("shorten", "The supplier sends it.") == [("terms", "block")]


def test_a_definition_stays_a_definition_even_in_a_shorter_text() -> None:
    source = "Acme Ltd (the “Supplier”) agrees with all of this."
    assert findings("shorten", "Acme Ltd agrees.", source=source, context="") == [("terms", "block")]
    assert findings("shorten", "The Supplier agrees.", source=source, context="") == [("terms", "block")]
    assert findings("shorten", "Acme Ltd (the “Supplier”) agrees.", source=source, context="") == []


def test_what_a_message_made_of_a_conversation_leaves_out_is_not_asked_for() -> None:
    source = "Ann: Our cost is 2,300 EUR, so 2,700 EUR is the least.\nTom: Good, then offer 3,100 EUR."
    draft = "Dear Ms Holt,\n\nWe offer it for 3,100 EUR.\n\nKind regards"

    def missing(**told: str) -> int:
        grounds = Grounds(load_recipes()["compose"], {"brief": source, **told}, source)
        return len([finding for finding in check_draft(grounds, draft) if finding.check == "kept"])

    assert (missing(), missing(from_thread="yes")) == (2, 0)


@pytest.mark.parametrize(
    ("source", "instruction", "draft", "found"),
    [
        ("Die Miete beträgt 9.920,00 EUR im Monat.", "raise the rent to 10,400",
         "Die Miete beträgt 10.400,00 EUR im Monat.", []),
        ("The term is 24 months from acceptance.", "36 months", "The term is 36 months from acceptance.", []),
        ("Please pay by Friday, 4 May 2026.", "they have until 11 May", "Please pay by 11 May 2026.", []),
        ("The fee is EUR 3,400 for 24 months.", "raise the fee to 3,600", "The fee is EUR 3,600.", ["kept"]),
        ("The fee is EUR 3,400.", "raise the fee to 3,600", "The fee is due.", ["kept"]),
        ("The fee is EUR 3,400.", "keep the EUR 3,400", "The fee is due.", ["kept"]),
    ],
)  # fmt: skip
def test_what_its_person_wants_changed_may_go(source: str, instruction: str, draft: str, found: list[str]) -> None:
    assert said_of("rewrite", source, draft, tone="polite", instruction=instruction) == found


DATES = "Delivery is due on 4 May. Payment is due on 1 June. The meeting is on 9 July."
MONEY = "The fee is 300 €, the deposit 900 € and the penalty 5000 €."


@pytest.mark.parametrize(
    ("source", "instruction", "draft", "lost"),
    [
        (DATES, "delivery on 11 May", "Delivery is due on 11 May. Payment is due later.", ["1 June", "9 July"]),
        (DATES, "payment on 8 June", "Payment is due on 8 June. Delivery is due later.", ["4 May", "9 July"]),
        (MONEY, "make the fee 350 €", "The fee is 350 €.", ["900 €", "5000 €"]),
        (MONEY, "make the deposit 950 €", "The deposit is 950 €.", ["300 €", "5000 €"]),
        ("Pay by Friday, 4 May. Come on 1 June.", "pay by Monday, 11 May", "Pay by Monday, 11 May. Come.", ["1 June"]),
        ("The room is 300 €. The hall is 320 €.", "both 350 €", "The room is 350 €. The hall is 350 €.", []),
    ],
)  # fmt: skip
def test_each_new_fact_takes_the_place_of_one(source: str, instruction: str, draft: str, lost: list[str]) -> None:
    grounds = Grounds(load_recipes()["rewrite"], {"text": source, "tone": "polite", "instruction": instruction}, source)
    found = [one.sentence.split("“")[1].split("”")[0] for one in check_draft(grounds, draft) if one.check == "kept"]
    assert found == lost


def test_a_word_with_a_figure_that_a_scan_read_is_no_number() -> None:
    source = "Le l0yer est payab1e d'avance et le bailleur d0it le code ab0cd1e avec la lettre."
    draft = "Le loyer est payable d'avance et le bailleur doit le code avec la lettre."
    found = check_draft(Grounds(load_recipes()["proofread"], {"text": source}, source), draft)
    missing = [finding.sentence for finding in found if finding.check == "kept"]
    assert missing == ["The number or name “ab0cd1e” of the source is missing."]


@pytest.mark.parametrize(("price", "missing"), [("1.250", []), ("1.260", ["1.250 EUR"])])
def test_a_language_whose_words_nobody_knows_is_compared_in_figures(price: str, missing: list[str]) -> None:
    source, draft = "Wir liefern am 9. Januar für 1.250 EUR.", f"Wij leveren op 9 januari voor {price} EUR."
    grounds = Grounds(load_recipes()["translate"], {"text": source, "target_language": "Dutch"}, source)
    found = [finding.sentence for finding in check_draft(grounds, draft) if finding.check == "kept"]
    assert [sentence for sentence in found if all(part not in sentence for part in missing)] == []
    assert len(found) == len(missing)


@pytest.mark.parametrize(
    ("instruction", "draft", "missing"),
    [
        ("at most 148 chairs, Thursday", "At most 160 chairs fit, and Thursday is fine.", ["148"]),
        ("at most 148 chairs, Thursday", "Thursday is fine. At most 148 chairs fit.", []),
        ("35 Euro das Stück", "It is 35 euros each.", []),
        ("one or two tables", "I bring the tables.", []),
        ("450, and Friday at 10", "It is 450.\n\n[[Friday at 10?]]", []),
        ("Don't mention the 200 euro discount.", "It is fine.", []),
        ("Say 3 pm instead of 5 pm.", "Come at 3 pm.", []),
    ],
)
def test_a_fact_that_was_told_for_a_reply_is_missed(instruction: str, draft: str, missing: list[str]) -> None:
    message = "How many chairs, and when?"
    grounds = Grounds(load_recipes()["reply"], {"message": message, "instruction": instruction}, message)
    found = [finding.sentence for finding in check_draft(grounds, draft) if finding.check == "told"]
    assert found == [f"The number \u201c{fact}\u201d that you told is missing." for fact in missing]


@pytest.mark.parametrize(
    ("wish", "after", "found"),
    [
        (
            "not Tuesday, Wednesday",
            "We bring it on Wednesday before 2 pm.",
            ["\u201c10 am\u201d became \u201c2 pm\u201d"],
        ),
        ("not Tuesday, Wednesday", "We bring it on Wednesday before 10 am.", []),
        ("before 2 pm is fine, too", "We bring it on Tuesday before 2 pm.", []),
        ("say which chairs", "We bring it on Tuesday before 10 am, the 40 white chairs.", []),
    ],
)
def test_what_a_new_version_exchanges_unasked_is_told(wish: str, after: str, found: list[str]) -> None:
    told = [finding.sentence for finding in find_exchanged_facts("We bring it on Tuesday before 10 am.", after, wish)]
    assert told == [f"{each}, which you did not ask for." for each in found]
