"""What people want who write to the app, in their own words."""

import pytest

from core.recipes.loader import load_recipes
from integrations.slack.intent import parse_intent

RECIPES = load_recipes()


@pytest.mark.parametrize(
    ("text", "recipe", "language", "own"),
    [
        ("Aufgaben auf Deutsch bitte", "actions", "German", ""),
        ("fasse diesen Thread auf Deutsch zusammen", "summarize", "German", ""),
        ("Fasse auf Deutsch zusammen: the roof is new", "summarize", "German", "the roof is new"),
        ("summarize this thread in German", "summarize", "German", ""),
        ("résume ce fil en anglais", "summarize", "English", ""),
        ("Protokoll auf Polnisch", "minutes", "Polish", ""),
        ("tareas en inglés, por favor", "actions", "English", ""),
        ("summarize: the manual is in German", "summarize", None, "the manual is in German"),
        ("summarize what she said in German", "summarize", None, "what she said in German"),
    ],
)
def test_the_language_that_words_name_is_the_one_to_read_in(
    text: str, recipe: str, language: str | None, own: str
) -> None:
    intent = parse_intent(text, RECIPES, in_thread=True)
    assert (intent.recipe, intent.inputs.get("wished_language"), intent.text) == (recipe, language, own)


@pytest.mark.parametrize(
    "text",
    [
        "mach daraus eine Mail an Frau Fournier",
        "bitte mach daraus eine kurze Mail an Frau Fournier",
        "schreib daraus eine Mail an Frau Fournier",
        "make an email to Mr Brandt of this",
        "turn this into an email to Petra",
        "turn this thread into an email",
        "write an email to Petra about this thread",
        "write an email to Mr. Brandt about this, please",
        "write an email to Petra about this. Keep it short",
        "write this as an email to Petra",
        "write an email to Petra about the conversation above",
        "schreib eine Mail an Petra aus diesem Thread",
        "fais-en un courriel à Mme Fournier",
        "fais un mail à Mme Petit à partir de ce fil",
        "haz de esto un correo a Ana",
        "convierte esto en un correo para Ana",
    ],
)
def test_a_mail_that_is_to_be_made_of_a_thread_is_about_it(text: str) -> None:
    intent = parse_intent(text, RECIPES, in_thread=True)
    assert (intent.recipe, intent.mail, intent.about_thread, intent.is_named) == ("compose", True, True, True)


@pytest.mark.parametrize(
    "text",
    [
        "write an email to Petra: this is late",
        "write an email to Petra that the roof is new",
        "write an email to Ms Holt that this offer ends on Friday",
        "write an email to Ms Holt that the flat above ours leaks",
        "write an email to Ms Holt that we can no longer make it this Friday",
        "write an email to Ms Holt that we know about this",
        "write an email to Ms Holt about this offer",
        "write an email to Ms Holt. I can make nothing of this",
        "write an email to Ms Holt about this\nThe roof is new",
        "schreib eine Mail an Frau Holt, dass die Wohnung oben ab Mai frei ist",
        "schreib eine Mail an Frau Holt, die Unterhaltung am Abend war schön",
        "rédige un courriel à Mme Petit, qu'il ne reste rien de cela",
        "make sure that Petra gets the email",
    ],
)
def test_other_mails_in_a_thread_are_not_made_of_it(text: str) -> None:
    assert not parse_intent(text, RECIPES, in_thread=True).about_thread


@pytest.mark.parametrize(
    "words",
    [
        "Finde die Risiken: ",
        "Finde die Risiken in diesem Angebot: ",
        "Finde bitte alle Risiken in diesem Vertrag:\n",
        "Welche Risiken hat dieser Vertrag: ",
        "Welche Risiken hat dieser Vertrag?\n",
        "find the risks: ",
        "Find the risks in this offer: ",
        "What are the risks in this contract: ",
        "Risks: ",
        "trouve les risques dans ce contrat : ",
        "Quels sont les risques de ce contrat : ",
        "encuentra los riesgos: ",
        "¿Qué riesgos tiene este contrato?: ",
    ],
)
def test_risks_are_asked_for_in_several_words(words: str) -> None:
    intent = parse_intent(f"{words}The rent: 900 a month.", RECIPES)
    assert (intent.recipe, intent.text, intent.is_named) == ("risks", "The rent: 900 a month.", True)


@pytest.mark.parametrize(
    ("text", "recipe"),
    [
        ("Schreibe mir um 15 Uhr eine Erinnerung", "compose"),
        ("Schreib den um 15 Uhr fälligen Bericht", "compose"),
        ("Find los riesgos: the rent", "summarize"),
        ("Formuliere bitte um: das Dach ist neu", "rewrite"),
        ("Fasse bitte zusammen: das Dach ist neu", "summarize"),
        ("Zeig mir alle Risiken: die Miete", "risks"),
    ],
)
def test_words_are_left_out_only_before_a_name_of_their_language(text: str, recipe: str) -> None:
    assert parse_intent(text, RECIPES, in_thread=True).recipe == recipe


@pytest.mark.parametrize("text", ["Welche Risiken hat das neue Konzept?", "What are the risks of our new roof?"])
def test_a_question_about_risks_without_a_text_is_one_for_the_sources(text: str) -> None:
    assert parse_intent(text, RECIPES).recipe == "ask"


@pytest.mark.parametrize("text", ["???", "? ?", "?!"])
def test_marks_alone_ask_for_help(text: str) -> None:
    assert parse_intent(text, RECIPES, in_thread=True).recipe == parse_intent(text, RECIPES).recipe == ""


@pytest.mark.parametrize(
    ("text", "recipe"),
    [
        ("I need to tell my team that Friday's meeting is cancelled, can you write something nice?", "compose"),
        ("Ich muss dem Team für Freitag absagen, kannst du was Nettes schreiben?", "compose"),
        ("J'annule la réunion de vendredi, peux-tu écrire un mot gentil ?", "compose"),
        ("Tengo que cancelar la reunión del viernes, ¿puedes escribir algo amable?", "compose"),
        ("Can you write off a laptop?", "ask"),
        ("When is the party, and can you bring the cake?", "ask"),
        ("If a laptop breaks, who writes it off?", "ask"),
    ],
)
def test_who_ends_with_a_wish_to_have_it_written_asks_for_a_draft(text: str, recipe: str) -> None:
    intent = parse_intent(text, RECIPES)
    assert (intent.recipe, intent.text) == (recipe, text)
