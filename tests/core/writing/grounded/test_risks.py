"""Sentences that may cost the reader something are quoted by kind, with why they matter, in the text's language."""

from functools import cache

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.grounded.scan import find_risks
from core.writing.result import PlanOptions, PlanResult

RECIPE = load_recipes()["risks"]
SHOP = (
    "Cloudberry hosts the shop on servers in Ireland. The company was founded in 2009.\n\n"
    "3 Suspension\n\n"
    "If an invoice is open for more than ten days, the shop is taken offline without further warning. "
    "Reconnection costs 60 euros. There is no set-up fee."
)
BUS = (
    "Gerd: Der Bus kostet 1.900 Euro mehr, als wir veranschlagt hatten.\n"
    "Heike: Die Abrechnung beherrscht nur Herr Klose, eine Vertretung gibt es nicht.\n"
    "Gerd: Das Sommerfest ist wie immer im August.\n"
    "Heike: Für jeden Tag Verspätung ist eine Strafe von 150 Euro zu zahlen.\n"
)


@cache
def embedder() -> Embedder:
    return load_embedder(Settings())


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("no model writes this")


def needs_model() -> None:
    if isinstance(embedder(), WordEmbedder):
        pytest.skip("no embedded model here")


def run(text: str) -> PlanResult:
    return find_risks(RECIPE, {"text": text}, no_model, PlanOptions(embedder=embedder))


def found(text: str) -> list[tuple[str, str]]:
    return [(item.group, item.quote) for item in run(text).items or ()]


def test_what_binds_and_costs_is_quoted_and_what_is_harmless_or_a_heading_is_not() -> None:
    told = {quote for _, quote in found(SHOP)}
    assert "If an invoice is open for more than ten days, the shop is taken offline without further warning." in told
    assert "Reconnection costs 60 euros." in told
    assert not told & {"3 Suspension", "Cloudberry hosts the shop on servers in Ireland."}
    assert "The company was founded in 2009." not in told


def test_overruns_dependence_and_dates_are_told_with_their_speaker_in_the_language_of_the_text() -> None:
    items = run(BUS).items or ()
    assert {(item.who, item.quote.split()[1], item.group) for item in items} >= {
        ("Heike", "Abrechnung", "Was schiefgehen kann"), ("Gerd", "Bus", "Was schiefgehen kann"),
        ("Heike", "jeden", "Was bindet und kostet"),
    }  # fmt: skip
    assert all(item.why.endswith(".") and item.quote in BUS for item in items)


@pytest.mark.parametrize(
    "sentence",
    [
        "The tenant pays for all repairs within 30 days.",
        "Bei Verspätung zahlen wir 150 Euro für jeden Tag.",
        "Si nous perdons Karim, personne d'autre ne connaît la facturation.",
        "Los daños por agua no están cubiertos por el seguro.",
    ],
)
def test_a_single_sentence_that_costs_is_found_in_each_language(sentence: str) -> None:
    assert [quote for _, quote in found(sentence)] == [sentence]


@pytest.mark.parametrize(
    "sound", ["The sun shines. We had lunch.", "Limitation of liability", "Der Parkplatz ist blau.", ""]
)
def test_a_harmless_text_and_headings_have_none(sound: str) -> None:
    assert found(sound) == []


NOTICE = (
    "The costume store of the theatre club\n\n"
    "The store is open from 16:00 to 19:00, on Saturdays until noon. Coats go on the rail by the stairs. "
    "A locker takes a coin, which you get back. Please try things on behind the curtain.\n\n"
    "A hat costs 3 euros a week. You may have four pieces at a time. Boxes from the attic come down at 17:00. "
    "The large mirror is for everybody. The desk is staffed by volunteers, who are glad to help.\n\n"
    "Tea is served in the courtyard in summer. Children draw at the low table under the window.\n"
)


def test_a_notice_that_only_says_how_things_are_done_has_nothing_and_that_is_told() -> None:
    needs_model()
    result = run(NOTICE)
    assert result.items == ()
    [notice] = result.notices
    assert notice.startswith("Nothing was found that surely matters")


def test_the_list_of_a_long_text_says_that_it_may_lack_something() -> None:
    needs_model()
    danger = "Rafael is the only one who can start the old centrifuge, and he leaves on Friday."
    minutes = (
        "Minutes of the meeting of 18 November, in the mill. Present were the chair, the clerk and four members. The "
        "minutes of October were approved. So far 1,340 tonnes have been milled. That is more than last year. The "
        f"scales were tested on Monday. {danger} Three families complain that their organic olives were tipped into "
        "the other hopper, and nobody has rung them back. The bank keeps its rate if we sign by the 30th. The chair "
        "wants to sign. The lamp over the yard was mended. The meeting closed at ten."
    )
    result = run(minutes)
    assert danger in [item.text for item in result.items or ()]
    assert result.notices[-1].startswith("More that matters may stand there")
    assert not any("More that matters" in notice for notice in run(danger).notices)


def test_the_sentence_that_a_pronoun_speaks_of_stands_with_it_and_not_again() -> None:
    text = "The rent of 3,400 euros is due in May. If it has not arrived by then, the landlord keeps the deposit."
    assert [item.text for item in run(text).items or ()] == [text]


def test_the_same_line_is_told_once() -> None:
    line = "The Supplier is liable for damage to the goods in transit.\n\n"
    assert [item.text for item in run(line * 9).items or ()] == [line.strip()]


REPORT = (
    "Status report, new booking system\n\n"
    "The budget of 90,000 euros is used up to 84,500 euros, although the training has not begun.\n\n"
    "Only Filip knows the interface to the payment provider. He leaves the company at the end of May.\n\n"
    "The provider has offered to host the system for six months free of charge if we name them as a reference.\n\n"
    "It is not decided whether the old system stays available for reading."
)
LEASE = (
    "The rent is 900 euros a month and is paid in advance. The tenant bears the cost of all repairs. "
    "Theft and broken glass are not covered. The tenant is liable for damage caused by guests. "
    "The landlord may end the lease without notice if two rents are unpaid."
)


def test_offers_are_no_risks_and_what_may_go_wrong_in_a_report_is_no_duty() -> None:
    told = found(REPORT)
    assert not [quote for _, quote in told if "offered" in quote]
    assert {name for name, quote in told if "Filip" in quote or "budget" in quote} == {"What may go wrong"}
    assert ("Not settled", "It is not decided whether the old system stays available for reading.") in told


def test_a_sentence_of_another_paragraph_is_no_context() -> None:
    assert all(item.text == item.quote for item in run(REPORT).items or () if item.group == "Not settled")


def test_in_a_text_that_binds_everything_that_costs_stands_under_one_heading() -> None:
    assert {name for name, _ in found(LEASE)} == {"What binds and costs"}


def test_a_risk_that_was_taken_back_later_is_shown_with_that() -> None:
    text = (
        "Karen: If the PDF is late at the printer on Friday 13 March, we lose the slot and 900 euros.\n"
        "Ines: The tables are nearly done.\nStuart: The foreword will be there on Thursday.\n"
        "Karen: The printer has moved the slot to Tuesday 17 March, so we have two more days.\n"
    )
    [told] = [item.text for item in run(text).items or () if "900 euros" in item.text]
    assert told.endswith("\u2192 Karen: The printer has moved the slot to Tuesday 17 March, so we have two more days.")


GRAVE = (
    "The Customer is liable for every loss of a machine without limit.",
    "The Hirer may change the fee at any time at its own discretion.",
    "The Hirer may search the Customer's rooms without notice.",
    "For each day of delay the Customer pays a penalty of 90 euros.",
    "The hire renews by two years unless the Customer gives notice ten months before.",
    "The Customer waives all claims for machines that fail.",
    "Disputes are settled by an arbitrator named by the Hirer.",
)
HARMLESS = (
    "The Hirer lets to the Customer four machines of 90 litres.",
    "The machines are delivered on Mondays between eight and ten.",
    "The Customer names one person who receives the machines.",
    "The Hirer cleans the machines before each delivery.",
    "The manual lies in the lid of each machine.",
    "The Customer keeps the machines dry and covered.",
    "The Hirer takes back used filters free of charge.",
    "The Customer may paint its sign on the lids.",
    "Invoices are sent by mail on the first of each month.",
    "The Hirer lends a spare machine while one is repaired.",
)
GRAVE_DE = (
    "Der Mieter trägt sämtliche Reparaturen am Dach in unbegrenzter Höhe.",
    "Der Vermieter kann die Miete jederzeit nach eigenem Ermessen erhöhen.",
    "Der Vermieter darf das Lager ohne Ankündigung betreten.",
    "Für jeden Tag der Verspätung fällt eine Vertragsstrafe von 70 Euro an.",
    "Der Vertrag verlängert sich um vier Jahre, wenn er nicht ein Jahr vorher gekündigt wird.",
    "Der Mieter verzichtet auf alle Ansprüche wegen Feuchtigkeit.",
    "Über Streit entscheidet ein vom Vermieter benannter Schiedsrichter.",
)
HARMLESS_DE = (
    "Vermietet wird das Lager 6 im Hof mit 210 qm und einer Rampe.",
    "Der Mieter hält die Rampe frei und fegt sie freitags.",
    "Der Vermieter stellt zwei Schlüssel und einen Stellplatz.",
    "Der Mieter benennt einen Ansprechpartner für den Winterdienst.",
    "Der Vermieter leert die Tonnen am Montag.",
    "Der Mieter darf ein Schild am Tor anbringen.",
    "Die Heizung läuft von Oktober bis April.",
    "Der Vermieter lässt das Tor einmal im Jahr prüfen.",
    "Rechnungen kommen am ersten Werktag per Mail.",
    "Der Mieter meldet Umbauten einen Monat vorher an.",
)


@pytest.mark.parametrize(("grave", "harmless"), [(GRAVE, HARMLESS), (GRAVE_DE, HARMLESS_DE)])
def test_the_gravest_terms_of_a_contract_are_never_pushed_out_and_what_is_let_is_none(
    grave: tuple[str, ...], harmless: tuple[str, ...]
) -> None:
    needs_model()
    mixed = [clause for pair in zip(harmless, grave, strict=False) for clause in pair] + [*harmless[len(grave) :]]
    told = " ".join(
        item.text for item in run("\n".join(f"{at}. {clause}" for at, clause in enumerate(mixed, 1))).items or ()
    )
    assert [clause for clause in grave if clause not in told] == []
    assert harmless[0] not in told
