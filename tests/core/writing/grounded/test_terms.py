"""The terms of an agreement are listed in its order, the gravest never left out; of another text there is no list."""

from functools import cache

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.settings import Settings
from core.writing.grounded.terms import list_terms
from core.writing.result import PlanOptions


@cache
def embedder() -> Embedder:
    return load_embedder(Settings())


@pytest.fixture(autouse=True)
def _needs_model() -> None:
    if isinstance(embedder(), WordEmbedder):
        pytest.skip("no embedded model here")


def told(text: str) -> list[str]:
    found = list_terms(text, PlanOptions(embedder=embedder))
    return [item.text for item in found.items or ()] if found else []


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
    terms = " ".join(told(contract))
    assert [clause for clause in grave if clause not in terms] == []


def test_terms_stand_in_the_order_of_the_text_under_one_heading_with_a_word_that_there_are_more() -> None:
    found = list_terms(YARD, PlanOptions(embedder=embedder))
    assert found
    places = [YARD.index(item.quote) for item in found.items or ()]
    assert places == sorted(places)
    assert {(item.group, item.kind) for item in found.items or ()} == {("Terms to know", "term")}
    assert len(places) <= 24
    [notice] = found.notices
    assert notice.startswith("More that matters may stand there")


def test_a_clause_is_told_whole_with_its_number_and_its_heading() -> None:
    terms = told(HALL.format("§ 1 Stellplatz\n\nMit Zustimmung erlaubt. Abends frei.\n"))
    assert "§ 1 Stellplatz: Mit Zustimmung erlaubt. Abends frei." in terms
    assert "§ 8 Die Kündigungsfrist beträgt sechs Monate." in terms


def test_what_the_other_side_may_do_stands_with_what_it_binds_one_to() -> None:
    terms = told(STUDIO)
    [binding] = [term for term in terms if "five years" in term]
    assert binding.endswith("The landlord may end it with one month's notice.")
    assert any("two months" in term for term in terms)


def test_a_short_text_that_is_called_a_contract_is_one() -> None:
    assert len(told("Subcontract\n\n" + "\n".join(STUDIO.splitlines()[2:8]))) == 3


STUDIO = """\
Lease of a studio

1. Term. It binds the tenant for five years from 1 May. The landlord may end it with one month's notice.

2. Deposit. The tenant pays two months' rent, which is held apart. The landlord grants two months free of rent.

3. Use. The tenant pays for all repairs. The tenant insures the unit.

4. Entry. The landlord keeps a key and may enter with one day's notice. The tenant leaves the lock as it is.

5. End. The tenant leaves it swept. What is built in stays without payment.
"""
LEASE = (
    "Lease of a boathouse\n\n"
    "Between Harrow Quay Estates (the owner) and Ms Ines Tallis (the tenant).\n\n"
    "The lease runs for ten years. It goes on for five more unless it is ended by registered letter eighteen "
    "months before. The rent is 400 pounds a month, paid in advance. Each January the owner may set it anew at "
    "its own judgement, and never lower. The tenant bears all repairs, those of the roof and the slipway "
    "included, and pays the owner's lawyers whoever is in the right. Boats left on the last day become the "
    "owner's without payment. The owner may enter at any hour and without notice. The tenant insures the building "
    "against fire and storm. The gate is kept locked after dark. The deposit of 900 pounds is not returned where "
    "the tenant leaves early, for whatever reason.\n\n"
    "(Pencilled by the clerk: Tom says the brake of the winch fails and the boat nearly rolled over his boy.)"
)


def test_what_a_contract_tells_of_a_danger_stands_among_its_terms() -> None:
    terms = told(LEASE)
    assert "rolled over his boy" in terms[-1]
    assert any("registered letter" in term for term in terms)
    assert any("deposit" in term for term in terms)


NOTICE = (
    "The costume store of the theatre club\n\n"
    "The store is open from 16:00 to 19:00, on Saturdays until noon. Coats go on the rail by the stairs. "
    "A locker takes a coin, which you get back. Please try things on behind the curtain.\n\n"
    "A hat costs 3 euros a week. You may have four pieces at a time. Boxes from the attic come down at 17:00. "
    "The large mirror is for everybody. The desk is staffed by volunteers, who are glad to help.\n\n"
    "Tea is served in the courtyard in summer. Children draw at the low table under the window.\n"
)
MINUTES = (
    "Minutes of the meeting of 18 November, in the mill. Present were the chair, the clerk and four members. The "
    "minutes of October were approved. So far 1,340 tonnes have been milled. That is more than last year. The "
    "scales were tested on Monday. Rafael is the only one who can start the old centrifuge, and he leaves on Friday. "
    "Three families complain that their organic olives were tipped into the other hopper, and nobody has rung them "
    "back. The bank keeps its rate if we sign by the 30th. The chair wants to sign. The lamp over the yard was mended. "
    "The meeting closed at ten."
)
RULES = """# Rooms and keys

Keys are handed out at the desk. Rooms must be booked in the portal. A room that is not used is given to others.
"""


@pytest.mark.parametrize("text", [NOTICE, MINUTES, RULES, "The tenant pays for all repairs within 30 days.", ""])
def test_a_notice_minutes_and_a_few_sentences_are_no_agreement(text: str) -> None:
    assert list_terms(text, PlanOptions(embedder=embedder)) is None


def test_without_the_model_nothing_tells_an_agreement() -> None:
    assert list_terms(YARD, PlanOptions()) is None


def test_short_lines_that_say_something_are_no_headings() -> None:
    lines = (
        "Unit price: 12.50 EUR\nDelivery: 4 weeks\nPayment: 30 days net\n",
        "Deposit 900 EUR\nTerm\n",
        "Late payment costs 80 EUR",
    )
    terms = " ".join(told(f"Subcontract\n\n{lines[0]}{lines[1]}{STUDIO.partition('1. ')[2]}\n{lines[2]}"))
    for said in ("12.50 EUR", "4 weeks", "30 days net", "Deposit 900 EUR", lines[2]):
        assert said in terms


def test_a_list_that_looks_whole_has_no_holes() -> None:
    listed = told(
        "THE BREW LOFT - MEMBERSHIP TERMS\n\nWelcome! We have kept this short.\n\n"
        "28 desks or others like them, as we choose\n1 locker of 40 litres\nFixed price: 189 pounds a month.\n\n"
        "How long it lasts. Fixed Desk runs for twelve months and renews for another twelve unless you tell us 90 days "
        "before.\n\nDeposit. You pay two months' fee. We deduct 250 pounds, whatever the state of the room.\n\n"
        "Post. We take in letters for members. We open items that appear to be advertising.\n\n"
        "Your things. Please lock up. We accept no responsibility for anything left in the building.\n\n"
        "Behaviour. If a member disturbs others we may suspend access at once; fees remain payable.\n\n"
        "We look forward to you."
    )
    assert [text[:12] for text in listed[:2]] == ["28 desks or ", "1 locker of "]
    assert any(text.startswith("Post.") for text in listed)
    assert not any("Welcome" in text for text in listed)


PARTIES = (
    "RENTAL AGREEMENT between Larkhill Ltd (the Supplier) and the Client\n\n{parties}\n\n{numbered}"
    "The Client shall pay £310 a month in advance. Late payments bear interest at 8 %.\n\n"
    "The agreement runs for 24 months and renews for twelve months unless notice is given 90 days before its end.\n\n"
    "The Client may end it early on payment of three monthly fees.\n\n"
    "The Supplier's liability shall not exceed the fees of three months."
)


@pytest.mark.parametrize(
    ("parties", "is_told"), [("Client: Oakfin Snacks plc.", False), ("Signed on 11 February", True)]
)
def test_a_title_and_the_parties_are_no_terms_but_a_day_may_begin_one(parties: str, *, is_told: bool) -> None:
    found = told(PARTIES.format(parties=parties, numbered=""))
    assert not any("RENTAL AGREEMENT" in text for text in found)
    assert any(parties.rstrip(".") in text for text in found) is is_told


def test_a_number_with_its_name_leads_what_stands_below_it() -> None:
    found = told(PARTIES.format(parties="Client: Oakfin", numbered="3. Fees.\n\n"))
    assert "3. Fees: The Client shall pay £310 a month in advance. Late payments bear interest at 8 %." in found


def test_a_short_clause_above_the_lines_for_signatures_is_a_term() -> None:
    text = PARTIES.format(parties="Client: Oakfin", numbered="")
    found = told(f"{text}\n\n9. Jurisdiction: Leeds courts.\n\n10. Leeds courts decide.\n\nName, signature")
    assert "10. Leeds courts decide." in found


def test_the_quote_of_a_clause_is_the_whole_of_it() -> None:
    text = PARTIES.format(parties="Client: Oakfin", numbered="")
    result = list_terms(text, PlanOptions(embedder=embedder))
    assert result
    assert all(item.quote in text for item in result.items or ())
    quotes = [item.quote for item in result.items or ()]
    assert "The Client shall pay £310 a month in advance. Late payments bear interest at 8 %." in quotes
