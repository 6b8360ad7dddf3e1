"""A denial of the source that is gone is told, in whatever words it may stay."""

import time

import pytest

from core.recipes.loader import load_recipes
from core.writing.checks import Grounds, check_draft
from core.writing.checks.negation import find_dropped_denials

RECIPES = load_recipes()


def lost(source: str, draft: str, recipe: str = "rewrite", **values: str) -> list[str]:
    grounds = Grounds(RECIPES[recipe], {"text": source, **values}, source)
    return [finding.place for finding in check_draft(grounds, draft) if finding.check == "negations"]


@pytest.mark.parametrize(
    ("source", "draft"),
    [
        ("The total of all credits shall not exceed EUR 4,000.", "The total of all credits may exceed EUR 4,000."),
        ("The discount is not valid in the month of May.", "The discount is valid in the month of May."),
        ("Der Verkäufer haftet nicht für diese Schäden.", "Der Verkäufer haftet für diese Schäden."),
        ("There is no problem with the boiler.", "There is a problem with the boiler."),
        ("Le locataire ne peut pas sous-louer le logement.", "Le locataire peut sous-louer le logement."),
        ("El inquilino no puede subarrendar la vivienda.", "El inquilino puede subarrendar la vivienda."),
    ],
)
def test_a_denial_that_is_gone_is_told_at_its_sentence(source: str, draft: str) -> None:
    before = "It is a nice day. " if "The" in source else ""
    assert lost(before + source, before + draft) == [draft]


@pytest.mark.parametrize(
    ("source", "draft"),
    [
        ("The total shall not exceed EUR 4,000.", "The total is EUR 4,000 at most."),
        ("The Tenant may not sublet the premises.", "Subletting the premises is prohibited."),
        ("Er darf die Räume nicht untervermieten.", "Ihm ist es untersagt, die Räume unterzuvermieten."),
        ("Il ne peut pas sous-louer le logement.", "Il lui est interdit de sous-louer le logement."),
        ("Please don't hesitate to contact us.", "Please contact us."),
        ("Vergessen Sie nicht, den Zähler abzulesen.", "Denken Sie daran, den Zähler abzulesen."),
    ],
)
def test_other_words_and_phrases_lose_nothing(source: str, draft: str) -> None:
    assert lost(source, draft) == []


@pytest.mark.parametrize(
    ("target", "draft", "count"),
    [
        ("English", "We have received the goods.", 1),
        ("English", "We have not received the goods.", 0),
        ("Spanish", "No hemos recibido la mercancía.", 0),
        # No words of this language are known.
        ("Italian", "Non abbiamo ricevuto la merce.", 0),
    ],
)
def test_a_translation_denies_in_its_own_words(target: str, draft: str, count: int) -> None:
    assert len(lost("Wir haben die Ware nicht bekommen.", draft, "translate", target_language=target)) == count


def test_not_before_is_no_before() -> None:
    source = "Der Verkäufer darf den Vertrag nicht vor dem 31. Januar 2029 kündigen."
    wrong = "El vendedor podrá resolver el contrato antes del 31 de enero de 2029."
    right = "El vendedor podrá resolver el contrato a partir del 31 de enero de 2029."
    found = [len(lost(source, draft, "translate", target_language="Spanish")) for draft in (wrong, right)]
    assert found == [1, 0]


def test_a_denial_elsewhere_does_not_make_up_for_a_lost_one() -> None:
    source = "You may not sublet the flat. Pets are allowed in the flat."
    turned = ["You may sublet the flat.", "Pets are not allowed in the flat."]
    assert lost(source, " ".join(turned)) == turned


BEFORE = (
    "Guten Tag, es tut uns leid, dass Sie mit der Rechnung und mit den Türen nicht zufrieden sind. "
    "Wir geben Ihnen 5 % Nachlass. Die Türen kommen am Freitag, aber nicht die Fenster."
)


@pytest.mark.parametrize(
    ("text", "wish", "count"),
    [
        ("Es tut uns leid, dass Sie mit der Rechnung und den Türen zufrieden sind.", "kürzer, ohne den Nachlass", 1),
        ("Schade, dass Sie mit den Türen zufrieden sind.", "kürzer", 1),
        ("Es tut uns leid, dass Sie mit den Türen nicht zufrieden sind.", "kürzer, ohne den Nachlass", 0),
        ("Es tut uns leid, dass Sie mit Rechnung und Türen unzufrieden sind.", "kürzer", 0),
        ("Die Türen kommen am Freitag.", "kürzer", 0),
        ("Es freut uns, dass Sie mit der Rechnung und den Türen zufrieden sind.", "schreib, dass er zufrieden ist", 0),
        ("We are sorry that you are happy with the bill and the doors.", "in English", 0),
    ],
)
def test_a_new_version_keeps_the_denials_of_what_stays(text: str, wish: str, count: int) -> None:
    assert len([*find_dropped_denials(BEFORE, text, wish)]) == count


def test_a_wish_that_asks_for_the_opposite_excuses_it() -> None:
    before, text = "We cannot deliver the table on Friday.", "We can deliver the table on Friday."
    assert [one.place for one in find_dropped_denials(before, text, "warmer")] == [text]
    assert [*find_dropped_denials(before, text, "say that we can")] == []


@pytest.mark.parametrize(
    ("source", "draft", "count"),
    [
        ("Ana: The patch has not been tested.\nBo: Pity.", "Ana has a fix. The patch has been tested.", 1),
        ("Ana: The patch has been tested.\nBo: Good.", "Ana has a fix. The patch has not been tested.", 1),
        ("Ana: The patch has not been tested.\nBo: Pity.", "The patch is untested.", 0),
        ("Ana: Has the patch not been tested?\nBo: It has.", "The patch has been tested.", 0),
        ("Ana: Le maire n'a pas confirmé pour le discours.\nBo: C'est dommage.", "On attend. Le maire a confirmé.", 1),
        ("Ana: Olivier demande un second devis.\nBo: Oui.", "Olivier N'Diaye demande un second devis.", 0),
        ("Ana: Die Daten sind nicht anonymisiert.\nBo: Oje.", "Es eilt. Die Daten sind anonymisiert.", 1),
        (
            "Ana: La asesoría dice: no firmar nada con fecha atrasada.\nBo: Vale, de acuerdo.",
            "Se entregan, firmados con fecha atrasada.",
            1,
        ),
    ],
)
def test_a_summary_is_held_against_what_its_parts_say_again(source: str, draft: str, count: int) -> None:
    grounds = Grounds(RECIPES["summarize"], {"text": source}, source)
    assert len([one for one in check_draft(grounds, draft) if one.check == "negations"]) == count


@pytest.mark.parametrize(
    ("source", "draft", "count"),
    [
        ("Zettel nur online\nPapier wird nicht mehr angenommen\nKurs am 24.", "Papier wird dann angenommen.", 1),
        ("Zettel nur online\nPapier wird nicht mehr angenommen\nKurs am 24.", "Papier wird nicht angenommen.", 0),
        ("viernes no hay agua, obras\ncafé tampoco", "El viernes no hay agua por las obras.", 0),
        ("we have received the goods\nwant new boxes", "We have not received the goods.", 1),
        ("we have received the goods\nwant new boxes", "We have received the goods.", 0),
    ],
)  # fmt: skip
def test_each_line_of_a_brief_is_a_matter_of_its_own(source: str, draft: str, count: int) -> None:
    grounds = Grounds(RECIPES["compose"], {"brief": source}, source)
    assert len([one for one in check_draft(grounds, draft) if one.check == "negations"]) == count


def test_of_two_denials_the_lost_one_is_told() -> None:
    source = "Ana: Künftig keine Wochenpreise ohne Rücksprache bitte.\nBo: Verstanden."
    grounds = Grounds(RECIPES["summarize"], {"text": source}, source)
    said = ["Künftig Wochenpreise ohne Rücksprache.", "Künftig keine Wochenpreise ohne Rücksprache."]
    assert [any(one.check == "negations" for one in check_draft(grounds, draft)) for draft in said] == [True, False]


ATTENDANCE = (
    "Pupils whose attendance falls below 90 per cent shall not, save where the headteacher so determines, participate"
    " in the residential trip."
)
DECIDED = "Tom Reed: And Sofia?\nHelen Marsh: I decided we do not charge her for the trip.\nTom Reed: Fine."
NEWSLETTER = "- The autumn newsletter must be at the printer by 17 October"


@pytest.mark.parametrize(
    ("draft", "count"),
    [
        ("they cannot go on the residential trip, unless the headteacher decides that they may.", 0),
        ("they can go on the residential trip.", 1),
    ],
)
def test_a_sentence_may_deny_behind_another_clause(draft: str, count: int) -> None:
    assert len(lost(ATTENDANCE, f"If a pupil's attendance is below 90 per cent, {draft}", "plain")) == count


@pytest.mark.parametrize(
    ("source", "draft", "recipe", "count"),
    [
        ("There will be no school on Friday 12 March for Year 5.", "School on Friday 12 March for Year 5", "title", 1),
        ("There will be no school on Friday 12 March for Year 5.", "No school on Friday 12 March", "title", 0),
        ("There will be no school on Friday 12 March for Year 5.", "School closed on Friday 12 March", "title", 0),
        ("No school on Friday? Yes: school on Friday for all.", "School on Friday", "title", 0),
        ("Am Freitag ist kein Unterricht in der Turnhalle.", "Unterricht in der Turnhalle", "title", 1),
        ("Il n'y a pas de cours de piscine vendredi.", "Cours de piscine vendredi", "title", 1),
        ("El viernes no hay clase de música.", "Clase de música", "title", 1),
        (
            "Helen Marsh: I decided we do not charge her for the trip.",
            "- Sofía's family is charged for the trip (Helen Marsh).",
            "minutes",
            1,
        ),
        (DECIDED, "- The trip is free for her family.", "minutes", 0),
        ("Ann: If we do not charge her for the trip, who pays?", "- She is charged for the trip.", "minutes", 0),
        ("We will not meet on Monday but on Tuesday in Leeds.", "Meet on Tuesday in Leeds.", "title", 0),
        ("Es gibt keine Sitzung am Montag, sondern am Dienstag in Ulm.", "Sitzung am Dienstag in Ulm.", "title", 0),
        ("Il n'y a pas de réunion lundi mais mardi à Lyon.", "Réunion mardi à Lyon", "title", 0),
        ("No hay reunión el lunes, sino el martes en León.", "Reunión el martes en León", "title", 0),
        ("There is no lunch in the hall today; lunch is in the garden.", "Lunch today in the garden.", "title", 0),
        ("There is no lunch in the hall today; lunch is in the garden.", "Lunch in the hall today.", "title", 1),
        ("Ann: The printer says not a day later.", f"{NEWSLETTER}, two days later than planned.", "minutes", 0),
    ],
)
def test_a_line_that_says_all_that_is_denied_is_remarked_on(source: str, draft: str, recipe: str, count: int) -> None:
    grounds = Grounds(RECIPES[recipe], {"text": source}, source)
    found = [finding for finding in check_draft(grounds, draft) if finding.check == "negations"]
    assert len(found) == count


def test_a_text_of_denials_costs_no_more_than_its_length() -> None:
    source = f"{' '.join(f'not word{at}' for at in range(2000))}."
    began = time.thread_time()
    lost(source, "Words one and two are here.", "summarize")
    assert time.thread_time() - began < 5
