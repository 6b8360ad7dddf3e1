"""Sentences that bind or threaten are quoted with their kind and why they matter, in their language; others are not."""

from importlib.resources import files

import pytest

from core.drafts import Item
from core.recipes.loader import load_recipes
from core.text.lexicon import lexicon
from core.writing.grounded.risks import find_risks
from core.writing.result import PlanResult

RECIPE = load_recipes()["risks"]


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("rules alone do this")


def run(text: str, **values: str) -> PlanResult:
    return find_risks(RECIPE, {"text": text, **values}, no_model)


def found(text: str) -> list[tuple[str, str]]:
    return [(item.group, item.quote) for item in run(text).items or ()]


def test_each_risk_is_quoted_grouped_with_its_reason_the_gravest_first() -> None:
    text = (
        "1.1 The agreement renews automatically each year. The weather was fine. "
        "A penalty of 5 % is due for late delivery. Der Vertrag kann fristlos gekündigt werden."
    )
    assert found(text) == [
        ("Penalty", "A penalty of 5 % is due for late delivery."),
        ("Renewal", "1.1 The agreement renews automatically each year."),
        ("Kündigung", "Der Vertrag kann fristlos gekündigt werden."),
    ]
    items: tuple[Item, ...] = run(text).items or ()
    assert items[0].why == "Something is due or lost when a duty or date is not kept: whoever is meant bears it."
    assert items[1].text == "The agreement renews automatically each year."
    assert all(item.quote in text for item in items)


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        ("The Customer shall order services worth at least EUR 5,000 per quarter.", "Minimum"),
        ("Overdue amounts bear interest at 9 % a year.", "Payment"),
        ("If we lose Aydin in spring, nobody else knows the billing system.", "Dependence"),
        ("The certificate runs out on 3 February.", "Expiry"),
        ("After that no card payments work any more.", "Standstill"),
        ("The pilot must stop on 1 April.", "Standstill"),
        ("We lost two customers in October.", "Loss"),
        ("If we cancel later than 1 May, 80 % of the rent is due.", "Penalty"),
        ("Bei Verspätung zahlen wir 150 Euro für jeden Tag.", "Strafe"),
        ("Nur Frau Aydin kennt die Abrechnung.", "Abhängigkeit"),
        ("Der Kunde nimmt pro Quartal mindestens 4.000 Stück ab.", "Mindestmenge"),
        ("Le contrat se renouvelle par tacite reconduction.", "Reconduction"),
        ("Si nous perdons Karim, personne d'autre ne connaît la facturation.", "Dépendance"),
        ("El comprador adquirirá como mínimo 2.000 metros al trimestre.", "Mínimo"),
        ("La línea tres dejará de funcionar el lunes.", "Parada"),
        ("A report shall be deemed accepted after ten days.", "Deemed consent"),
        ("The boat is not insured against theft.", "Not insured"),
        ("The post of head lifeguard has been vacant since May.", "People missing"),
        ("We have overspent the plan by 4,000 euros.", "Loss"),
        ("Nach zwei Wochen gilt die Abrechnung als genehmigt.", "Zustimmung durch Schweigen"),
        ("Über die Farbe der Wände ist noch nicht entschieden.", "Nicht entschieden"),
        ("Le prestataire peut sous-traiter sans l'accord de l'école et de la mairie.", "Sans accord"),
        ("Des visiteurs se plaignent du bruit.", "Plainte"),
        ("We spent 300 pounds more than planned.", "Loss"),
        ("Die Genehmigung für den Anbau lässt auf sich warten.", "Nicht entschieden"),
        ("Le fournisseur de carton augmente ses prix de 8 % pour tous les clients.", "Prix"),
        ("El tractor de la cooperativa lleva parado tres semanas.", "Parada"),
        ("The booking portal has crashed repeatedly.", "May fail"),
        ("Nicht enthalten ist die Entsorgung; sie wird nach Aufwand berechnet.", "Preis"),
        ("La directrice adjointe part en mars et n'est pas remplacée.", "Personnel manquant"),
        ("Dependemos de un solo donante para todo lo que hacemos.", "Dependencia"),
        ("La caldera de la casa se ha averiado dos veces este mes.", "Puede fallar"),
    ],
)
def test_what_the_words_of_the_trade_do_not_name_is_found_too(sentence: str, group: str) -> None:
    assert found(sentence) == [(group, sentence)]


@pytest.mark.parametrize(
    "sound",
    [
        "The sun shines. We had lunch.",
        "Prices are exclusive of value added tax. The courts of Leeds have exclusive jurisdiction.",
        "Confidentiality",
        "Limitation of liability",
        "Die Kantine hat wieder geöffnet. Der Saal kostet 3.200 Euro.",
        "Le parking est gratuit.",
        "There is no penalty for it. We found no delays.",
        "Eine Vertragsstrafe ist nicht vorgesehen. Für den Versand wird nichts berechnet.",
        "L'eau n'est pas coupée. Les urgences sont faites sans surcoût. Le responsable du site est M. Garnier.",
        "Mme Roux assure l'astreinte le dimanche.",
        "No se aplica ninguna penalización.",
        "",
    ],
)
def test_a_harmless_text_and_headings_have_none(sound: str) -> None:
    assert found(sound) == []


def test_the_same_line_is_told_once_and_too_many_are_counted() -> None:
    line = "The Supplier is liable for damage to the goods in transit.\n\n"
    assert [item.text for item in run(line * 14).items or ()] == [f"{line.strip()} (14x)"]
    amounts = "".join(f"A penalty of {amount} euros is due for it.\n\n" for amount in range(100, 130))
    result = run(amounts)
    assert len(result.items or ()) == 25
    assert result.notices == ("5 further entries were left out.",)
    fines = "".join(
        f"Für den Schaden am Haus ist eine Vertragsstrafe von {amount} Euro fällig.\n\n" for amount in range(100, 130)
    )
    assert run(fines).notices == ("5 weitere Einträge wurden weggelassen.",)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize("topic", ["risks", "findings"])
def test_each_kind_has_cues_a_name_and_a_reason_in_each_language(language: str, topic: str) -> None:
    text = files("core.text").joinpath("data", language, f"{topic}.toml").read_text(encoding="utf-8")
    kinds = [line.partition(" = ")[0].removesuffix("_why") for line in text.splitlines() if "_why = " in line]
    assert kinds
    for kind in kinds:
        assert lexicon(language).words(f"{topic}.{kind}")
        assert f"\n{kind}_name = " in text
