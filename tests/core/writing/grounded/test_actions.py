"""Who owes what: an owner and a day only where somebody says so, and what was said of it later beneath it."""

from functools import cache

import pytest

from core.embeddings import load_embedder
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.grounded.actions import list_actions
from core.writing.result import PlanOptions

RECIPE = load_recipes()["actions"]


@cache
def embedder() -> Embedder:
    return load_embedder(Settings())


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("no model writes this")


def told(text: str) -> list[tuple[str, str, str]]:
    items = list_actions(RECIPE, {"text": text}, no_model, PlanOptions(embedder=embedder)).items or ()
    assert all(item.quote in text for item in items)
    return [(item.who, item.due, item.text) for item in items]


def test_a_short_yes_is_shown_with_who_asked_for_what() -> None:
    text = "Nadine: Der Drucker druckt nur Streifen, rufst du den Service an?\nHolger: mach ich\nNadine: danke\n"
    assert told(text) == [
        ("Holger", "", "Nadine: Der Drucker druckt nur Streifen, rufst du den Service an? \u2192 Holger: Mach ich.")
    ]


def test_who_cannot_does_not_have_it_and_who_steps_in_does() -> None:
    text = (
        "Murat: Lena, könntest du die Inventur der Leihgeräte machen?\n"
        "Lena: das schaff ich leider nicht, bin im urlaub\n"
        "Paul: ich kann das machen\nMurat: danke Paul\n"
    )
    assert [who for who, _, _ in told(text)] == ["Paul"]


def test_another_day_that_is_agreed_on_at_once_is_the_day_and_a_disputed_one_is_none() -> None:
    agreed = "Ann: I'll send the brochure on Monday.\nBo: Monday's a holiday.\nAnn: Tuesday, sorry.\n"
    [(who, due, text)] = told(agreed)
    assert (who, due) == ("Ann", "Tuesday")
    assert text == (
        "I'll send the brochure on Monday. \u2192 later: Bo: Monday's a holiday. \u2192 Ann: Tuesday, sorry."
    )
    [(_, due, text)] = told(agreed.removesuffix("Ann: Tuesday, sorry.\n"))
    assert "Bo: Monday's a holiday." in text
    assert due != "on Monday"


@pytest.mark.parametrize(
    "text",
    [
        "priya: tom, can you ring the installer?\ntom: yep, this afternoon\ntom: installer is called, all done\n",
        "Hélène: Je prépare la facture et je l'envoie demain.\nBruno: Parfait.\nHélène: La facture est envoyée.",
        "Dan: Carl, can you clean the desk?\nCarl: Sorry, no, I can't.\n",
        "Tobias: Ines, schreibst du die Einladung?\nInes: die hab ich ihr gestern schon gegeben\nTobias: top\n",
        "Lee: We will try 4.12 again on Wednesday.\nDana: Ok.\n",
    ],
)
def test_what_is_done_or_refused_is_no_task_and_neither_is_a_mere_yes(text: str) -> None:
    assert "Dana" not in {who for who, _, _ in told(text)}
    assert not [one for one in told(text) if "Wednesday" not in one[2]]


def test_notes_without_speakers_are_quoted_without_an_owner_of_their_own() -> None:
    text = "Notes, team meeting 14 May\n\nDev to update the price list and send it to the wholesalers by 22 May.\n"
    assert told(text) == [("", "by 22 May", "Dev to update the price list and send it to the wholesalers by 22 May.")]


def test_who_takes_on_something_else_right_after_keeps_it_for_himself() -> None:
    text = (
        "Lucía: Marta, ¿puedes pedirlos hoy a la gestoría?\nMarta: Llamo ahora mismo.\n"
        "Lucía: Yo llamo al técnico esta tarde.\n"
    )
    assert [(who, due) for who, due, _ in told(text)] == [("Marta", "ahora mismo"), ("Lucía", "esta tarde")]


def test_what_is_said_of_a_task_later_stands_beneath_it() -> None:
    text = (
        "Ravi: Josh, could you print the consent forms?\nJosh: Sure.\nMel: Nice.\n"
        "Josh: Consent forms are printed, on your desk.\n"
    )
    assert all("later: Josh: Consent forms are printed" in line for _, _, line in told(text))


def test_a_statement_of_another_that_asks_nothing_is_no_context_of_a_whole_promise() -> None:
    text = (
        "Petra: The letterbox key was found, so you needn't order a new one.\n"
        "Owen: I'll draft the agreement and let the tenants have it on the 18th.\n"
    )
    assert [(who, line) for who, _, line in told(text)] == [
        ("Owen", "I'll draft the agreement and let the tenants have it on the 18th.")
    ]
