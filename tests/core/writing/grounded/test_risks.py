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
    assert any(danger in item.text for item in result.items or ())
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


YARD = """\
Lease of a workshop
between Harbour Estates Ltd (the Landlord) and Maria Stone (the Tenant)
1. The Landlord lets to the Tenant unit 7 of the yard, 95 square metres, with two parking spaces.
2. The lease runs for three years. It renews by three years unless the Tenant gives notice twelve months before.
3. The rent is 1,150 euros a month. The Landlord may adjust the rent at its own discretion with one month's notice.
4. The Tenant pays a deposit of five months' rent.
5. The Tenant carries out all repairs to roof, walls and installations at its own expense and without limit.
6. The Landlord and its agents may enter the unit at any time and without notice.
7. For each day of late payment the Tenant pays a penalty of 80 euros.
8. The Tenant keeps the yard clean and puts its bins out on Mondays.
9. The Tenant waives all claims for damage caused by water, fire or the Landlord's staff.
10. Dogs are welcome if they are kept on a lead.
11. The Landlord provides heating from October to April.
12. Signs at the door need the Landlord's consent, which is not withheld without reason.
13. Disputes are settled by an arbitrator whom the Landlord names; the courts are excluded.
14. The Landlord returns the keys' deposit of 20 euros on return of the keys.
15. The Tenant may use the loading ramp between 7 and 19 h.
"""
GRAVE_OF_YARD = (
    "It renews by three years",
    "adjust the rent at its own discretion",
    "deposit of five months",
    "at its own expense and without limit",
    "at any time and without notice",
    "a penalty of 80 euros",
    "waives all claims",
    "an arbitrator whom the Landlord names",
)
WORK = """\
Arbeitsvertrag
zwischen der Lichtwerk GmbH und Frau Ida Brandt (Arbeitnehmerin)
§ 1 Frau Brandt leitet die Werkstatt. Der Arbeitgeber kann sie jederzeit an einen anderen Ort versetzen.
§ 2 Die Arbeitszeit beträgt 40 Stunden je Woche. Überstunden sind unbegrenzt mit dem Gehalt abgegolten.
§ 3 Das Gehalt beträgt 3.400 Euro brutto. Der Arbeitgeber darf es nach eigenem Ermessen senken.
§ 4 Der Urlaub beträgt 28 Tage im Jahr.
§ 5 Die Arbeitnehmerin haftet für Schäden an Maschinen in voller Höhe, auch ohne Verschulden.
§ 6 Der Arbeitgeber kann Tasche und Spind ohne Ankündigung durchsuchen.
§ 7 Je Tag unentschuldigten Fehlens ist eine Vertragsstrafe von 200 Euro zu zahlen.
§ 8 Die Arbeitskleidung stellt der Arbeitgeber.
§ 9 Nach dem Ausscheiden gilt zwei Jahre lang ein Wettbewerbsverbot ohne Entschädigung.
§ 10 Der Arbeitgeber bezuschusst das Jobticket mit 30 Euro.
§ 11 Die Arbeitnehmerin verzichtet auf eine Kündigungsschutzklage.
§ 12 Streitigkeiten entscheidet ein Schiedsgericht, dessen Mitglieder der Arbeitgeber ernennt.
§ 13 Die Kantine steht allen Beschäftigten offen.
§ 14 Die Kündigungsfrist beträgt für die Arbeitnehmerin sechs Monate, für den Arbeitgeber zwei Wochen.
§ 15 Nebentätigkeiten sind vorher anzuzeigen.
"""
GRAVE_OF_WORK = (
    "jederzeit an einen anderen Ort",
    "unbegrenzt mit dem Gehalt",
    "nach eigenem Ermessen senken",
    "auch ohne Verschulden",
    "ohne Ankündigung durchsuchen",
    "Vertragsstrafe von 200 Euro",
    "ohne Entschädigung",
    "verzichtet auf eine",
    "dessen Mitglieder der Arbeitgeber ernennt",
)
HALL = """\
Mietvertrag

zwischen der Hofgut GmbH (Vermieter) und Herrn Emil Kranz (Mieter)

{}
§ 2 Der Mieter zahlt die Miete bis zum dritten Werktag, sonst fällt eine Mahngebühr von 40 Euro an.
§ 3 Der Mieter stellt eine Kaution von drei Monatsmieten.
§ 4 Der Mieter haftet für alle Schäden an Tor und Boden.
§ 5 Der Mieter darf die Halle nur mit Zustimmung untervermieten.
§ 6 Der Mieter trägt die Kosten für Strom und Wasser.
§ 7 Der Mieter räumt die Halle bei Ende des Vertrags auf eigene Kosten.
§ 8 Die Kündigungsfrist beträgt sechs Monate.
§ 9 Der Vermieter kann bei Verzug fristlos kündigen.
§ 10 Einbauten des Mieters gehen in das Eigentum des Vermieters über.
"""


@pytest.mark.parametrize(("contract", "grave"), [(YARD, GRAVE_OF_YARD), (WORK, GRAVE_OF_WORK)])
def test_the_gravest_terms_of_a_contract_are_never_pushed_out(contract: str, grave: tuple[str, ...]) -> None:
    needs_model()
    told = " ".join(item.text for item in run(contract).items or ())
    assert [clause for clause in grave if clause not in told] == []


def test_what_is_let_is_no_term_but_its_price_is() -> None:
    needs_model()
    let = "§ 1 Vermietet wird die Halle 4 im Hof mit 140 qm samt Rampe, Büro und zwei Stellplätzen an der Ostseite."
    with_price = let.replace("samt", "für 900 Euro im Monat samt")
    for clause, is_told in ((let, False), (with_price, True)):
        assert any("Vermietet wird" in item.text for item in run(HALL.format(clause)).items or ()) is is_told
