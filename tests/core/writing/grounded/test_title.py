"""Titles name the matter in words of the text."""

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.writing.grounded.title import title_of
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Subject: RE: Acme renewal\n\nHi Tom,\n\nare you fine with 10 %?", "Acme renewal"),
        ("Protokoll Messe\nKarin: Die Messe ist verschoben.\nPetra: Gut.", "Protokoll Messe"),
        ("Anna: First point, the summer offsite. Where do we stand?\nBen: Nowhere.\nAnna: Next point: pricing. Ideas?",
         "Summer offsite"),
        ("Hi team,\n\nthe nightly backup of the archive server failed. The backup needs a tape.\n\nBest,\nAna",
         "Nightly backup of the archive server"),
        ("lukas: the beamer in room 3 is dead again\nbea: which one?\nlukas: the new one", "Beamer in room 3"),
        ("Anja: Thema Website. Die Agentur will 18.000 Euro dafür.\nBernd: Zu teuer. Wir hatten 12.000 eingeplant.\n"
         "Anja: Ohne Shop wären es 13.500.\nBernd: Brauchen wir den Shop?\nCarla: Nein, den Shop machen wir später.\n"
         "Bernd: Dann ohne Shop.", "Website"),
        ("Ana: hi\nBen: hi Ana\nAna: see you tomorrow", "Conversation of tomorrow"),
        ("ok", "Conversation"),
    ],
)  # fmt: skip
def test_a_title_names_the_matter(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_recipe_gives_one_line() -> None:
    recipe = load_recipes()["title"]
    result = PLANS["title"](
        recipe, validate_inputs(recipe, {"text": "Die Messe in Halle 4 ist verschoben."}), ScriptedAsk()
    )
    assert result.text
    assert "\n" not in result.text
    assert not result.skeleton


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hi all,\nthe lift in building C will be out of service from Monday. The manufacturer has to replace the"
         " control unit. Please use the goods lift on the north side.\nKaren", "Lift in building C"),
        ("To reset the alarm, hold the red button for five seconds and enter the code. If the light blinks, the battery"
         " is empty.", "Alarm"),
        ("Besprechung vom 4. Mai. Anwesend: Ana, Jo, Li.\nAna stellte drei Angebote für die Dachreparatur vor: 18.000"
         " und 24.000 Euro. Die günstigste Firma kann erst im September anfangen.", "Angebote für die Dachreparatur"),
        ("Bonjour à tous,\nl'ascenseur du bâtiment C sera hors service de lundi à mercredi. Le fabricant doit remplacer"
         " la commande.\nKarine", "Ascenseur du bâtiment C"),
        ("Tenemos el placer de ofrecerle el puesto de jefe de almacén en nuestra sede de Burgos a partir del 1 de"
         " marzo. El salario es de 31.500 euros.", "Puesto de jefe de almacén"),
    ],
)  # fmt: skip
def test_the_phrase_nearest_to_the_whole_text_is_its_title(text: str, title: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    assert title_of(text, lambda: embedder).startswith(title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bonjour à tous,\n\nl'ascenseur de l'aile nord sera hors service de lundi à mercredi, car les câbles doivent"
         " être remplacés. Merci d'utiliser l'escalier.", "Ascenseur de l'aile nord"),
        ("Nous avons testé trois fournisseurs pour le nouvel emballage. Greenbox est le moins cher mais ne livre que"
         " par lots de 5 000. Papyr offre la meilleure qualité.", "Fournisseurs pour le nouvel emballage"),
        ("Mia : l'imprimante du 3e étage est encore bloquée\nBen : j'ai appelé le service, ils viennent à 14h",
         "Imprimante du 3e étage"),
        ("Queridos padres:\n\nnuestro viaje de curso a la playa será del 8 al 12 de junio. El coste es de 240 euros.",
         "Viaje de curso a la playa"),
        ("Hallo Sam,\n\nkurze Info: der Lieferant hat den Preis für die Pappbecher von 4 auf 6 Cent erhöht. Sollen wir"
         " wechseln?\n\nJo", "Preis für die Pappbecher"),
        ("Tom: hat jemand die Zahlen vom Oktober gesehen?\nPriya: ja, der Umsatz ist um 12 % gefallen, vor allem"
         " im Einzelhandel\nTom: dann reden wir am Donnerstag", "Zahlen vom Oktober"),
        ("Lena: kann jemand meine Schicht am Samstag übernehmen? meine Schwester heiratet\nOmar: früh oder spät?\n"
         "Lena: spät\nOmar: geht, wenn du meine Frühschicht am 12. nimmst\nLena: super, danke!", "Schicht"),
        ("Le musée a ouvert samedi sa nouvelle aile. Plus de 3 000 visiteurs sont venus le premier jour. Le bâtiment de"
         " l'architecte Lena Ho a coûté 24 millions.", "Musée"),
        ("Madame, Monsieur,\n\nj'ai commandé un bureau le 2 octobre (commande 88213). Il est arrivé hier avec un pied"
         " cassé. Je demande un remplacement avant la fin du mois.\n\nJeanne Mousse", "Commande 88213"),
    ],
)  # fmt: skip
def test_by_meaning_a_title_is_the_whole_phrase_that_comes_nearest(text: str, title: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    assert title_of(text, lambda: embedder) == title
