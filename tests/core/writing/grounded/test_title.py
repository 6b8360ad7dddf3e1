"""Titles name the matter in words of the text."""

from collections.abc import Callable

import pytest

from core.embeddings import WordEmbedder, load_embedder
from core.llm.ports import Embedder
from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.settings import Settings
from core.text.dictionaries import find_dictionary
from core.writing.grounded.title import titles_of
from core.writing.plans import PLANS
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

_LONG_WORD = 4


def best_of(text: str, embedder: Callable[[], Embedder] | None = None) -> str:
    """Return the likeliest title of a text, be it sure enough to stand alone or the first of those to choose from."""
    return next(filter(None, titles_of(text, embedder)))


def is_of(title: str, matter: str) -> bool:
    """Tell whether a title is the sentence that names the matter, or a part of it of several words or a long one."""
    return title.casefold() in matter.casefold() and (" " in title or title == matter or len(title) > _LONG_WORD)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Subject: RE: Acme renewal\n\nHi Tom,\n\nare you fine with 10 %?", "Acme renewal"),
        ("Protokoll Messe\nKarin: Die Messe ist verschoben.\nPetra: Gut.", "Protokoll Messe"),
        ("Anna: First point, the summer offsite. Where do we stand?\nBen: Nowhere.\nAnna: Next point: pricing. Ideas?",
         "Summer offsite"),
        ("lukas: the beamer in room 3 is dead again\nbea: which one?\nlukas: the new one",
         "The beamer in room 3 is dead again"),
        ("Reinigungsvertrag\n\nDer Auftragnehmer reinigt die Büroräume des Auftraggebers dreimal in der Woche. Die "
         "monatliche Vergütung beträgt 620 Euro.", "Reinigungsvertrag"),
        ("Guten Tag Frau Park,\n\nIhre Bewerbung als Erzieherin haben wir erhalten.",
         "Ihre Bewerbung als Erzieherin haben wir erhalten"),
        ("Moira: the marquee people want a final number of tables\nKit: 18?\nMoira: the Hendersons are coming\n"
         "Kit: so 18",
         "The marquee people want a final number of tables"),
        ("Marcus: Right, spring concert. Hall is double booked on 19 March, netball have it till 7\nJo: oh no\n"
         "Anneka: we could do the 26th?", "Spring concert"),
        ("# Site progress meeting no. 14 \u2013 Quayside Block C\n\nPresent: Hamish, Beata\n\n* 9 working days behind"
         " on the roof", "Site progress meeting no. 14 \u2013 Quayside Block C"),
        ("Apuntes guardia noche 8-9 feb (para Maite y quien entre)\n\n- Box 3: cólico leve\n- no queda suero",
         "Apuntes guardia noche 8-9 feb (para Maite y quien entre)"),
        ("Reme: alguien me dice cuántas cajas de clementina salen hoy para Rungis\nPaco: 1.400 creo",
         "Cajas de clementina"),
        ("Conseil de classe de 4e B \u2013 notes de la déléguée des parents\n2 décembre\n\nMoyenne 12,4, en baisse.",
         "Conseil de classe de 4e B"),
        ("cosas de la gira, para acordarme\n\n- Gijón: 312 entradas\n- Santander: 140, flojísimo",
         "Cosas de la gira, para acordarme"),
    ],
)  # fmt: skip
def test_a_title_names_the_matter(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


@pytest.mark.parametrize(
    ("head", "salutation", "body", "title"),
    [
        ("Kanzlei Huber & Partner\nLangestr. 12\n80539 München\n\nFrau Anna Weber\nLindenweg 4\n50667 Köln\n\n"
         "Betreff: Kündigung des Mietvertrags.", "Sehr geehrte Frau Weber,",
         "hiermit kündigen wir den Mietvertrag Lindenweg 4.", "Kündigung des Mietvertrags"),
        ("Frau Anna Weber\nLindenweg 4\n50667 Köln\n\nKündigung des Mietvertrags Lindenweg 4",
         "Sehr geehrte Frau Weber,", "hiermit kündigen wir den Mietvertrag Lindenweg 4.",
         "Kündigung des Mietvertrags Lindenweg 4"),
        ("Harper & Cole LLP\n22 King Street\nLondon EC2V 8AB\n\n12 May 2026\n\nRe: Termination of the lease",
         "Dear Ms Doe,", "We hereby end the lease of 1 March.", "Termination of the lease"),
        ("Harper & Cole LLP\n22 King Street\n\n12 May 2026", "Dear Ms Doe,\n\n**Delivery of forty chairs**",
         "The chairs come on 3 June.", "Delivery of forty chairs"),
        ("Miller Ltd\n4 Mill Lane\nLeeds", "To whom it may concern:", "Our invoice 4711 of 2 April is unpaid.",
         "Our invoice 4711 of 2 April is unpaid"),
        ("Cabinet Martin\n12 rue de la Paix\n75002 Paris\n\nParis, le 12 mai 2026\n\nObjet : Résiliation du bail",
         "Madame, Monsieur,", "Nous vous informons que le bail prend fin.", "Résiliation du bail"),
        ("Sra. Ana López\nCalle Luna 4\n41001 Sevilla\n\nAsunto:\nRescisión del contrato de alquiler",
         "Estimada señora López:", "El contrato termina el 31 de agosto.", "Rescisión del contrato de alquiler"),
    ],
)  # fmt: skip
def test_the_title_of_a_letter_is_its_subject_line(head: str, salutation: str, body: str, title: str) -> None:
    assert titles_of(f"{head}\n\n{salutation}\n\n{body}\n\nBest regards\nMiller")[0] == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        # What stands behind the comma takes some of it back.
        ("Pauline: la cliente du duplex a validé la variante B, sauf l'escalier qu'elle veut en chêne\n"
         "Loïc: je reprends\nPauline: vendredi", "Cliente du duplex"),
    ],
)  # fmt: skip
def test_a_title_is_no_cut_clause_and_nobodys_own_sentence(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


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
        ("Tenemos el placer de ofrecerle el puesto de jefe de almacén en nuestra sede de Burgos a partir del 1 de"
         " marzo. El salario es de 31.500 euros.", "Puesto de jefe de almacén"),
    ],
)  # fmt: skip
def test_the_phrase_nearest_to_the_whole_text_is_its_title(text: str, title: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    assert best_of(text, lambda: embedder).startswith(title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Nous avons testé trois fournisseurs pour le nouvel emballage. Greenbox est le moins cher mais ne livre que"
         " par lots de 5 000. Papyr offre la meilleure qualité.", "Fournisseurs pour le nouvel emballage"),
        ("Mia : l'imprimante du 3e étage est encore bloquée\nBen : j'ai appelé le service, ils viennent à 14h",
         "L'imprimante du 3e étage est encore bloquée"),
        ("Queridos padres:\n\nnuestro viaje de curso a la playa será del 8 al 12 de junio. El coste es de 240 euros.",
         "Viaje de curso a la playa"),
        ("Hallo Sam,\n\nkurze Info: der Lieferant hat den Preis für die Pappbecher von 4 auf 6 Cent erhöht. Sollen wir"
         " wechseln?\n\nJo", "Preis für die Pappbecher"),
        ("Tom: hat jemand die Zahlen vom Oktober gesehen?\nPriya: ja, der Umsatz ist um 12 % gefallen, vor allem"
         " im Einzelhandel\nTom: dann reden wir am Donnerstag", "Zahlen vom Oktober"),
        ("Lena: kann jemand meine Schicht am Samstag übernehmen? meine Schwester heiratet\nOmar: früh oder spät?\n"
         "Lena: spät\nOmar: geht, wenn du meine Frühschicht am 12. nimmst\nLena: super, danke!",
         "Kann jemand meine Schicht am Samstag übernehmen"),
        ("Madame, Monsieur,\n\nj'ai commandé un bureau le 2 octobre (commande 88213). Il est arrivé hier avec un pied"
         " cassé. Je demande un remplacement avant la fin du mois.\n\nJeanne Mousse", "Commande 88213"),
    ],
)  # fmt: skip
def test_by_meaning_a_title_is_the_whole_phrase_that_comes_nearest(text: str, title: str) -> None:
    embedder = load_embedder(Settings())
    if isinstance(embedder, WordEmbedder):
        pytest.skip("the embedded model is not on this platform")
    assert is_of(best_of(text, lambda: embedder), title)


@pytest.mark.parametrize(
    "text",
    [
        "Ana: hi\nBen: hi Ana\nAna: see you tomorrow", "ok",
    ],
)  # fmt: skip
def test_where_nothing_names_a_matter_no_title_is_offered(text: str) -> None:
    recipe = load_recipes()["title"]
    result = PLANS["title"](recipe, validate_inputs(recipe, {"text": text}), ScriptedAsk())
    assert result.skeleton
    assert result.text.startswith("[[")
    assert result.reason in result.notices


def test_a_conversation_of_a_one_word_topic_is_called_by_its_first_short_sentence() -> None:
    talk = (
        "tarek: backup von heute nacht ist nicht durchgelaufen\nlis: seit wann?\ntarek: seit sonntag, platte 38% frei"
    )
    title = best_of(talk, lambda: load_embedder(Settings()))
    assert title.casefold() == "backup von heute nacht ist nicht durchgelaufen"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("#kennels-north\n\nruth 06:10\nthe puppy in pen 4 has not eaten since sunday\ntom 06:12\nvet?\nruth 06:15\nok",
         "The puppy in pen 4 has not eaten since sunday"),
        ("Tischlerei Wolters\n\nArne: moin, die Treppe für Haus Jansen ist zu kurz\nInka: wie viel?\nArne: 4 cm",
         "Die Treppe für Haus Jansen ist zu kurz"),
        ("Chorale du jeudi 🎶\n\nMarthe: la salle Berlioz est fermée en mars\nPaul: pourquoi ?\nMarthe: peinture",
         "La salle Berlioz est fermée en mars"),
        ("#taller-bicis\n\nIria 9:02\nla caja de frenos no ha llegado\nBras 9:05\notra vez?\nIria 9:06\nsí, otra vez",
         "La caja de frenos no ha llegado"),
        ("Class 7 parents\n\nOna: the swimming bus leaves at eight now, not at nine\nBill: why?\nSue: works\nOna: yes",
         "The swimming bus leaves at eight now"),
        ("Rowing club board\n\nOna: hello board, the jetty is closed until May\nBill: why?\nSue: rotten planks",
         "The jetty is closed until May"),
        ("Orchester 3b\n\nIlka: Hallo Orchester, die Probe im Keller fällt aus\nUwe: warum?\nNora: Wasser in 3 b",
         "Die Probe im Keller fällt aus"),
    ],
)  # fmt: skip
def test_the_name_of_a_channel_or_group_is_no_title(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


def test_a_line_above_a_conversation_is_its_heading_where_people_speak_of_it() -> None:
    talk = "Fence along the canal\n\nOna: the fence needs 40 posts\nBill: from whom?\nOna: from Harker"
    assert best_of(talk) == "Fence along the canal"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Una: who opens the nursery tomorrow? I have a course\nKit: not before ten\nUna: then Sal",
         "Who opens the nursery tomorrow"),
        ("Ilka: Probe heute doch im Keller, Schlüssel is weg\nUwe: wann?\nIlka: um acht", "Probe heute doch im Keller"),
        ("Lou: salut les voisins, dimanche on nettoie le canal finalement, leur camion est libre\nMax: à 9h ?\n"
         "Lou: oui", "Dimanche on nettoie le canal finalement"),
        ("Noa: buenos días chicos, no ha llegado la harina\nPol: otra vez\nNoa: sí", "No ha llegado la harina"),
        ("Ayla: Guten Morgen, Heizung ist aus. Oben und unten, nur das Bad noch warm\nUwe: seit wann\nAyla: vier Uhr",
         "Heizung ist aus"),
        ("Ada: the order of 40 crates is two pallets short\nBo: again?\nAda: yes, third time",
         "The order of 40 crates is two pallets short"),
        ("Ben: evening all. Landlord has rung: Friday parking stops from May\nJo: what?",
         "Landlord has rung: Friday parking stops from May"),
    ],
)  # fmt: skip
def test_a_conversation_of_a_one_word_topic_is_called_by_its_first_clause(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


_GOES_ON = "\nKit: ok\nIvy: who does it\nGil: me\nKit: when\nGil: at four\nIvy: good\nKit: bye"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ivy: who ate my flapjack\nGil: no comment\nIvy: right. The pump in the lower greenhouse leaks again"
         + _GOES_ON, "The pump in the lower greenhouse leaks again"),
        ("Ivy: whoever sang in the shower, thanks\nGil: you are welcome\nKit: ok. so, the crane hire is dearer than"
         " last year" + _GOES_ON, "The crane hire is dearer than last year"),
        ("Gil: wer hat meine Thermoskanne\nIvy: steht im Spind\nKit: Leute die Presse zieht seit gestern schief"
         + _GOES_ON, "Die Presse zieht seit gestern schief"),
        ("Gil: qui a fini le miel ?\nIvy: pas moi\nKit: bon le tracteur est en panne, il manque la courroie" + _GOES_ON,
         "Le tracteur est en panne"),
        ("Gil: alguien ha visto mi gorra?\nIvy: en la percha\nKit: oye que el del camping pide 30 barras más"
         + _GOES_ON, "El del camping pide 30 barras más"),
    ],
)  # fmt: skip
def test_a_conversation_is_called_by_what_it_comes_to_behind_its_small_talk(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ivy: who's nicked my stapler\nGil: try the post room\nKit: the roof over the loading bay leaks in two places"
         + _GOES_ON, "The roof over the loading bay leaks in two places"),
        ("Ivy: there's lemon cake in the kitchen\nGil: not any more\nKit: sorry\nIvy: Harker want the crates back by"
         " Monday, all forty" + _GOES_ON, "Harker want the crates back by Monday"),
        ("Gil: hat jemand mein Ladekabel gesehen?\nIvy: liegt im Besprechungsraum\nKit: die Pumpe im Keller verliert"
         " seit gestern Wasser" + _GOES_ON, "Die Pumpe im Keller verliert seit gestern Wasser"),
        ("Gil: vous avez vu la finale ?\nIvy: quel match\nKit: le portail du dépôt ne ferme plus depuis la tempête"
         + _GOES_ON, "Le portail du dépôt ne ferme plus depuis la tempête"),
        ("Gil: chicos, quién ha cogido mi paraguas\nIvy: yo no\nKit: la imprenta ha perdido los carteles de la feria"
         + _GOES_ON, "La imprenta ha perdido los carteles de la feria"),
    ],
)  # fmt: skip
def test_small_talk_needs_no_word_that_leaves_it(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


@pytest.mark.parametrize(
    "later",
    [
        "Kit: the bell ropes hang in the north porch again\nIvy: and the key?",
        "Kit: which one?\nIvy: the brass one with the long wooden tag",
        "Kit: it fell behind the brown cupboard by the door",
    ],
    ids=["others speak of it", "an answer", "what points back"],
)
def test_a_question_that_is_talked_about_is_the_matter(later: str) -> None:
    talk = f"Ivy: who has the key to the tower?\nGil: not me\n{later}{_GOES_ON}"
    assert best_of(talk) == "Key to the tower"


def test_who_is_called_is_no_part_of_a_title() -> None:
    talk = "Ana: chicos la web no carga desde las ocho\nPol: otra vez?\nAna: sí, y el correo tampoco"
    assert best_of(talk) == "La web no carga desde las ocho"


@pytest.mark.parametrize(
    "later", ["Gil: the boiler man can come at four", "Ivy: done"], ids=["others speak of the first", "it ends soon"]
)
def test_a_first_message_that_others_come_back_to_is_no_small_talk(later: str) -> None:
    talk = f"Ivy: the boiler in the annexe is dead again\nGil: right. who rings the plumber\nIvy: me\n{later}"
    talk += _GOES_ON if later.startswith("Gil") else ""
    assert is_of(best_of(talk), "The boiler in the annexe is dead again")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Una Moss:\nDear Mr Pell,\nI trust the voyage to Cork was calm. I am writing about the two harps you kindly"
            " lent us. May we keep them?\nUna Moss\n\nIvo Pell:\nDear Ms Moss,\nYou may, until May.\nIvo Pell",
            "Harps",
        ),
        (
            "Una Moss:\nBonjour Monsieur Pell,\nBravo pour le marathon. Je vous écris au sujet de la clôture du verger."
            " Elle penche.\nUna Moss\n\nIvo Pell:\nBonjour,\nJe passe lundi.\nIvo Pell",
            "Clôture du verger",
        ),
    ],
)
def test_what_somebody_writes_about_is_the_title(text: str, title: str) -> None:
    assert is_of(best_of(text), title)


def test_a_german_title_has_the_capitals_of_its_nouns() -> None:
    if not find_dictionary("de"):
        pytest.skip("no German dictionary is on this platform")
    talk = "inga: die schranke am parkplatz klemmt seit heute früh\nuwe: schon wieder\ninga: ja, und der regen kommt"
    assert is_of(best_of(talk), "Die Schranke am Parkplatz klemmt seit heute früh")
    assert "Schranke am Parkplatz" in best_of(talk)


def test_where_there_is_no_title_its_place_asks_in_the_language_of_the_text() -> None:
    recipe = load_recipes()["title"]
    text = "Chema: hola a todos\nLuz: hola Chema\nChema: hasta mañana"
    result = PLANS["title"](recipe, validate_inputs(recipe, {"text": text}), ScriptedAsk())
    assert result.text == "[[¿De qué trata el texto?]]"


def test_a_title_does_not_end_in_a_street_without_its_name() -> None:
    talk = "Eva: se ha roto una farola en c/ Tenerías a la altura del 9\nPau: ¿se ve cable?\nEva: sí"
    title = best_of(talk, lambda: load_embedder(Settings()))
    assert "farola" in title.casefold()
    assert not title.endswith((" c", " en")), title


def test_a_notice_of_one_thing_is_told_by_its_first_sentence() -> None:
    assert titles_of("The lift is out of service. It will be repaired on Monday.")[0] == "The lift is out of service"


def test_the_next_best_titles_stand_beside_to_choose_from() -> None:
    talk = (
        "Priya: whoever left the fish curry in the microwave, I salute your courage\nTom: guilty\n"
        "Priya: the lift people rang, they cannot come Thursday\nMarek: but the piano comes on Friday!\n"
        "Priya: the lift people offered Wednesday at 7\nMarek: then I let the lift people in"
    )
    titles = titles_of(talk)
    assert 1 < len(titles) <= 3
    assert any("ift people" in title for title in titles)
    assert len({title.casefold() for title in titles}) == len(titles)


def test_where_no_phrase_is_sure_the_best_ones_are_there_to_choose_from() -> None:
    recipe = load_recipes()["title"]
    text = (
        "My ladder is back. Thank you all, it came with two new steps. The cat sat on it at once, then the neighbours'"
        " cat. On Sunday there will be soup for whoever carried it, and the glasses are still in the shed, I think."
    )
    result = PLANS["title"](recipe, validate_inputs(recipe, {"text": text}), ScriptedAsk())
    (gap,) = result.gaps
    assert result.skeleton
    assert 1 < len(gap.choices) <= 4
    assert "Pick one" in result.reason


def test_a_day_that_is_moved_later_is_no_title() -> None:
    talk = (
        "Amara: Town festival on 27 June: let us settle it here. First plan: 300 guests.\nJonas: fine\n"
        "Claire: The city moved it to 28 June, Sunday.\nAmara: ok, so 28 June it is"
    )
    assert not any("27" in title for title in titles_of(talk))


@pytest.mark.parametrize(
    ("text", "title", "lie"),
    [
        (
            "Dear parents,\n\nThere will be no school on Friday 12 March for Year 5, since the heating is repaired.",
            "No school on Friday 12 March for Year 5",
            "School",
        ),
        ("Am Freitag, den 12. März findet kein Unterricht statt, weil es brennt.", "Kein Unterricht", "Unterricht"),
        ("Es gibt keine Mahlzeit in der Mensa.", "Keine Mahlzeit in der Mensa", "Mahlzeit"),
    ],
)
def test_what_is_denied_is_no_title_without_its_denial(text: str, title: str, lie: str) -> None:
    titles = titles_of(text)
    assert any(each.startswith(title) for each in titles)
    assert not any(each.startswith(lie) for each in titles)
