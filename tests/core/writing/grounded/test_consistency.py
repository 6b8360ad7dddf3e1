"""Passages that give two figures for one matter are quoted; lists, parts, cases and other things raise no alarm."""

from functools import cache

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.writing.grounded.consistency import find_inconsistencies
from core.writing.result import PlanOptions, PlanResult

RECIPE = load_recipes()["consistency"]


@cache
def embedder() -> Embedder:
    return load_embedder(Settings())


def no_model(*_: object, **__: object) -> str:
    raise AssertionError("no model writes this")


def run(text: str) -> PlanResult:
    return find_inconsistencies(RECIPE, {"text": text}, no_model, PlanOptions(embedder=embedder))


def found(text: str) -> list[str]:
    items = run(text).items or ()
    assert all(item.quote in text for item in items)
    return [item.quote for item in items]


PLANTED = [
    ("en", "The shop is let from March.", "The rent is £1,600 a month and is paid by the third working day.",
     "The deposit is three months' rent.", "For the first year the tenant therefore pays £1,560 every month."),
    ("en", "Lunch was cooked in the kitchen.", "We have sold 140 tickets for the concert.",
     "The band wants 900 euros.", "With 160 tickets sold we are about even."),
    ("de", "Das Material stellt die Firma.", "Die Vergütung beträgt 780 Euro im Monat.",
     "Fenster werden zweimal im Jahr geputzt.",
     "Fällt eine Reinigung aus, wird die Vergütung von 820 Euro im Monat gekürzt."),
    ("de", "Der Rasenmäher wird gekauft.", "Das Sommerfest findet am 18. Juli im Pfarrgarten statt.",
     "Die Kasse hat einen Stand von 3.120 Euro.", "Einladungen zum Sommerfest am 11. Juli verschickt Frau Metz."),
    ("fr", "Trois salariés y travaillent.", "L'atelier a réparé 310 vélos pendant l'année.",
     "Le loyer est de 1 150 euros par mois.", "Avec 280 vélos réparés, c'est une année record."),
    ("fr", "Le bonnet est obligatoire.", "La piscine est ouverte de 10 heures à 20 heures.",
     "Les casiers ferment avec une pièce.", "La piscine ferme ses portes à 19 heures."),
    ("es", "Las piezas se facturan aparte.", "Las averías se atienden en un plazo de 24 horas.",
     "La caldera se revisa cada año.", "La empresa dispone de 48 horas para atender una avería."),
    ("es", "Los ordenadores se reservan.", "Cada socio puede llevarse cinco libros.",
     "La biblioteca cierra a las 21 horas.", "El préstamo está limitado a tres libros por socio."),
]  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted[0]}: {planted[2]}")
def test_two_passages_that_contradict_are_both_quoted(planted: tuple[str, ...]) -> None:
    _, *sentences = planted
    (item,) = run("\n\n".join(sentences)).items or ()
    assert item.quote == sentences[3]
    assert sentences[1] in item.text
    assert item.why.endswith(".")


def test_what_differs_is_named_with_what_it_counts_and_who_said_it() -> None:
    (item,) = (
        run(
            "Rut: El local está reservado.\nBeto: Cada socio puede llevarse cinco libros.\n"
            "Rut: El piano ya está afinado.\nCarla: El préstamo está limitado a tres libros por socio.\n"
        ).items
        or ()
    )
    assert item.text == "cinco libros y tres libros \u2013 Beto: \u201cCada socio puede llevarse cinco libros.\u201d"
    assert (item.who, item.group) == ("Carla", "Posible contradicción")


LEASE = (
    "Contrat de location d'un minibus\n\nLe loyer mensuel est de 640 euros, kilométrage limité à 1 500 km par mois.\n\n"
    "Chaque kilomètre supplémentaire est facturé 0,28 euro.\n\n"
    "En cas d'accident responsable, la franchise est de 1 200 euros.\n\n"
    "Récapitulatif : minibus de neuf places, loyer de 690 euros par mois, 1 500 km inclus, "
    "franchise de 1 500 euros en cas d'accident.\n"
)


def test_each_part_of_a_summary_is_compared_with_the_clause_that_it_sums_up() -> None:
    told = [item.text.partition(" \u2013 ")[0] for item in run(LEASE).items or ()]
    assert told == ["640 euros et 690 euros", "1 200 euros et 1 500 euros"]


@pytest.mark.parametrize(
    "text",
    [
        "The import was finished on Tuesday.\n\n48,200 records were taken over, 1,150 could not be read and have to be "
        "typed in by hand.\n\nThe canteen is closed.\n\nOf the records that were imported, 1,510 have to be entered "
        "manually.",
        "El presupuesto era de 480.000 euros y ya se han gastado 512.000.\n\nEl patio se asfaltó.\n\nResumen: se han "
        "gastado 521.000 euros.",
        "Die Kosten liegen bei 2,31 Millionen Euro und damit 140.000 Euro über dem Ansatz.\n\nDas Richtfest war gut "
        "besucht.\n\nDie Gesamtkosten werden auf 2,13 Millionen Euro geschätzt.",
    ],
)
def test_swapped_digits_are_found_beside_other_figures(text: str) -> None:
    assert len(found(text)) == 1


def test_of_three_passages_the_nearest_two_are_told() -> None:
    text = (
        "Dos socios han reclamado porque cobraron tarde y amenazan con dejar la cooperativa.\n\n"
        "La cooperativa tiene 64 socios.\n\nEl patio se asfaltó.\n\n"
        "Con 46 socios la cooperativa sigue siendo la menor de la comarca."
    )
    assert [item.text.partition(" \u2013 ")[0] for item in run(text).items or ()] == ["64 socios y 46 socios"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Das Entgelt ist fällig. Die Entgelte steigen. Die Höhe des Entgelts. Miete und Mieter.",
        "The fee for the hall is 500 euros. The fee for the hall is EUR 500.",
        "In May the rent of the hall is 500 euros. In June the rent of the hall is 600 euros.",
        "Room 12 has a projector. Room 14 has a projector.",
        "The first part costs 500 euros in all. The second part costs 600 euros in all.",
        "The hall costs 500 euros a day. Of which for cleaning of the hall 50 euros.",
        "Die Halle ist am Montag bis 17:00 Uhr geöffnet. Die Halle ist am Freitag bis 14:00 Uhr geöffnet.",
        "Delivery takes place on 3 May. Training takes place on 10 May.",
        "Die Lieferung der Stühle erfolgt am 4. Mai. Die Lieferung der Tische erfolgt am 11. Mai.",
        "Priority 1 faults are answered within 2 hours. Priority 2 faults are answered within 8 hours.",
        "Nous proposons 20 bureaux à 180 euros et 20 lampes à 35 euros. L'an dernier, le bureau coûtait 170 euros.",
        "Los adultos pagan 7 euros, los niños 3 euros. El guía gana 20 euros la hora, la ayudante 14 euros.",
        "The fee for members is 500 euros. The fee for guests is 600 euros.",
        "10:22: the export is started by the office.\n11:15: the export is stopped by the office.",
        "The collection takes place in four shops. One steps back: it takes place in three shops, not four.",
        "The Supplier may terminate with six months' notice. The Customer may terminate with three months' notice.",
    ],
)
def test_different_things_raise_no_alarm(text: str) -> None:
    assert found(text) == []


SAID_OTHERWISE = [
    ("The price is £220 a month including VAT.", "Faults are seen to on Sundays.", "The price does not include VAT."),
    ("The company inspects the lifts every quarter.", "The shaft is clean.", "The lifts are inspected once a year."),
    ("The camp organises transport.", "Lunch is at noon.", "Families organise transport themselves."),
    ("Kleinteile sind im Preis enthalten.", "Es regnet.", "Kleinteile werden gesondert berechnet."),
    ("Der Empfang ist montags bis freitags geöffnet.", "Es regnet.", "Der Empfang ist freitags geschlossen."),
    ("Spesen werden jeden Monat eingereicht.", "Flüge bucht das Büro.", "Spesen sind quartalsweise einzureichen."),
    ("Les animaux ne sont pas admis dans les chambres.", "Le jardin est grand.",
     "Les résidents peuvent garder un petit animal dans leur chambre s'ils préviennent."),
    ("Les frais de réservation ne sont pas remboursables.", "Le repas est à midi.",
     "Les frais de réservation sont remboursés en cas d'annulation."),
    ("La limpieza del foso corre a cargo de la empresa.", "La sala es grande.",
     "La limpieza del foso la paga la comunidad."),
    ("Los gastos se presentan cada mes.", "El hotel es bonito.", "Los gastos se entregan trimestralmente."),
    ("Pueden participar niños de 8 a 12 años.", "El lago está cerca.",
     "El campamento está abierto a niños de 7 a 14 años."),
    ("Der Elternabend ist am Dienstag um 18 Uhr.", "Jedes Kind bringt einen Schlafsack mit.",
     "Der Elternabend findet am Mittwoch um 18 Uhr statt."),
    ("Expenses are submitted every month.", "The cat sleeps.", "Expenses are handed in quarterly."),
    ("Children aged 8 to 12 can take part.", "The cat sleeps.", "The camp is open to children from 7 to 14 years."),
    ("El hotel se paga hasta un máximo de 110 euros por noche.", "El tren es lento.",
     "El límite por noche de hotel es de 130 euros."),
    ("The shop is open Monday to Friday.", "Bread is baked here.", "The shop is open from Monday to Saturday."),
]  # fmt: skip


@pytest.mark.parametrize("sentences", SAID_OTHERWISE, ids=lambda sentences: sentences[0])
def test_what_is_said_otherwise_elsewhere_is_quoted(sentences: tuple[str, ...]) -> None:
    (item,) = run("\n\n".join(sentences)).items or ()
    assert item.quote == sentences[2]
    assert sentences[0] in item.text


@pytest.mark.parametrize(
    "text",
    [
        "Use of the sauna is not included in the fee.\n\nShoes are banned.\n\nUse of the pool is included in the fee.",
        "Eating is not allowed in the reading room. Films are lent for a week. Eating is allowed in the café.",
        "Ground-floor owners do not pay for the lift. Luke has the keys. All other owners pay for the lift.",
        "Pets are not allowed in the rooms. Small pets may be kept in the rooms if the office agrees.",
        "Der Mieter zahlt das Wasser. Der Garten ist groß. Der Vermieter zahlt die Versicherung.",
        "Die Bücherei ist montags bis freitags geöffnet. Essen ist verboten. Die Bücherei ist sonntags geschlossen.",
        "Der Balkon darf genutzt werden. Es regnet. Der Balkon darf nicht verglast werden.",
        "La cotisation est payée chaque mois. Il pleut. Les cours spéciaux sont payés chaque trimestre.",
        "La fianza es de 1.400 euros. El piso es grande. Si faltan llaves se retienen 150 euros de la fianza.",
        "Harriet: The roof is open.\nJohn: I'll see to it.\nHarriet: The roof is closed.",
    ],
)
def test_other_matters_exceptions_and_later_states_raise_no_alarm(text: str) -> None:
    assert found(text) == []


def test_what_is_not_compared_is_said() -> None:
    assert run("The fee is 5 euros.").notices == (
        "Compared are figures, amounts, dates and times that stand in similar words, how often something is done, "
        "which party pays for it or does it, and whether it is included, allowed, open, free or refundable; names are "
        "not, and other sentences without figures are not.",
    )
    without = find_inconsistencies(
        RECIPE, {"text": "\n\n".join(PLANTED[0][1:])}, no_model, PlanOptions(embedder=WordEmbedder)
    )
    assert without.items == ()
    assert without.notices == ("The model that compares meanings is not installed here, so nothing was compared.",)


def test_a_long_text_takes_little_time() -> None:
    assert found("Word after word, and name after Name. " * 20_000) == []
