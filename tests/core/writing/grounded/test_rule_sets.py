"""LanguageTool's rules: what they are sure of is a correction, else a remark; names and taste are nothing."""

import pytest

from core.recipes.loader import load_recipes
from core.recipes.render import validate_inputs
from core.writing.grounded.proofread import CHECK
from core.writing.grounded.rule_sets import find_by_rules, has_rules
from core.writing.plans import PLANS, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["proofread"]
pytestmark = pytest.mark.skipif(not has_rules("en"), reason="there is no wheel of the rules for this platform")


def run(text: str, language: str) -> PlanResult:
    return PLANS["proofread"](RECIPE, validate_inputs(RECIPE, {"text": text}) | {"language": language}, ScriptedAsk(""))


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("en", "Please do not loose the receipt for it.", "Please do not lose the receipt for it."),
        ("de", "Eine Palette ist herunter gefallen.", "Eine Palette ist heruntergefallen."),
        ("es", "La placa de la caldera esta muerta.", "La placa de la caldera está muerta."),
        ("en", "The school comes too see you.", "The school comes to see you."),
        ("es", "El camión a llegado con retraso.", "El camión ha llegado con retraso."),
        # Two usual words in one; what a speller thinks of first, and hardly of anything else.
        ("en", "The cafe is closed aswell today.", "The cafe is closed as well today."),
        ("en", "Please do not park infront of the gate.", "Please do not park in front of the gate."),
        ("en", "You get four days added automaticly.", "You get four days added automatically."),
        ("de", "Wir haben eine neue Telefonummer.", "Wir haben eine neue Telefonnummer."),
        (
            "de",
            "Die Straße ist gesperrt, damit es nicht wieder heisst, wir waren zu spät.",
            "Die Straße ist gesperrt, damit es nicht wieder heißt, wir waren zu spät.",
        ),
        ("en", "The comitee meets on Monday.", "The committee meets on Monday."),
        ("de", "Bitte nur mit zwei Personnen hineingehen.", "Bitte nur mit zwei Personen hineingehen."),
        ("de", "Das Mietverhältniss beginnt im Mai.", "Das Mietverhältnis beginnt im Mai."),
        ("de", "Die Kautionsrückzalung steht noch aus.", "Die Kautionsrückzahlung steht noch aus."),
        ("es", "Aquí la respuesta coinside con la pregunta.", "Aquí la respuesta coincide con la pregunta."),
        ("fr", "Nous vous remercions de votre confience.", "Nous vous remercions de votre confiance."),
        ("es", "Si tubieran alguna duda, pueden llamar.", "Si tuvieran alguna duda, pueden llamar."),
        # What lacks its accent alone.
        ("es", "Lleva la logistica de la casa.", "Lleva la logística de la casa."),
        ("es", "Quiero saber la estadistica del mes.", "Quiero saber la estadística del mes."),
    ],
)
def test_what_a_proven_rule_finds_is_corrected(language: str, wrong: str, right: str) -> None:
    assert run(wrong, language).text == right


@pytest.mark.parametrize(
    ("language", "wrong", "right"),
    [
        ("fr", "Il donnait des berlingots par dessus la haie.", "par-dessus"),
        ("en", "Everyone must bring there own lunch.", "their"),
        ("en", "Could you please sent me the file?", "send"),
        ("en", "The team doubled it's turnover.", "its"),
        ("de", "Das Auto meines Vater steht im Hof.", "Vaters"),
        # No name stands before who does something; English has these words, too.
        ("de", "Fals jemand die Karte verliert, bitte melden.", "Falls"),
        ("de", "Das kostet viel, den transport eingeschlossen.", "Transport"),
        ("de", "Der alte mann schläft im Garten.", "Mann"),
        ("fr", "Les horaires d'été commence le 1er juin.", "commencent"),
        ("fr", "La voiture que nous avons loué est en panne.", "louée"),
        ("de", "Ich darf nicht unterschreiben weil er fehlt.", ", weil"),
        ("es", "Hubieron tres quejas esta semana.", "Hubo"),
        ("es", "Puede venir mañana?", "¿Puede"),
        ("en", "The report is late, its being checked by the auditor.", "it's"),
        ("en", "It has no real affect on the price.", "effect"),
        ("en", "Our costumers come on foot.", "customers"),
        ("en", "We sold fewer jars of honey then last year.", "than"),
        ("en", "Set the oven not to high for this.", "too"),
        ("en", "They now that the road is closed.", "know"),
        ("en", "Both batterys are flat.", "batteries"),
        ("en", "Please keep there door shut.", "their"),
        ("en", "She asked for some more variety's of tea.", "varieties"),
        ("de", "Der Eintritt kostet 5 Euro, ausserdem gibt es Kuchen.", "außerdem"),
        ("en", "They met on Friday 31 November.", "There is no such day"),
        ("de", "Ich habe gehört, das die Tür klemmt.", "dass"),
        ("de", "Es ist ein Geschenk, dass die Oma mag.", "das"),
        ("de", "Es gab einen Fehler, dass wir sehr bedauern.", "was"),
        ("de", "Der Sand ist zu Grob für den Weg.", "grob"),
        ("de", "Der Mieter trägt die Schönheitsreperaturen.", "Schönheitsreparaturen"),
        ("de", "Die Nebenkostenabrechung erfolgt jährlich.", "Nebenkostenabrechnung"),
        ("de", "Wir rufen den Rettungdienst.", "Rettungsdienst"),
        ("de", "Der Vertag endet im Mai.", "Vertrag"),
        ("de", "Die Kündigungsfirst beträgt drei Monate.", "Die Kündigungsfrist"),
        ("de", "Er zieht aus, ohne das es einer Erklärung bedarf.", "dass"),
        ("de", "Die Übergabe wird im Mai stadtfinden.", "stattfinden"),
        ("en", "The roof was repared last week.", "perhaps “repaired”?"),
        ("de", "Rauchen ist auf dem Balkon gestatet.", "vielleicht „gestattet“?"),
        ("fr", "Hier, le prix a chuter de dix euros.", "peut-être « a chuté / à chuter » ?"),
        ("fr", "Il reste une facture a payer.", "peut-être « à payer » ?"),
    ],
)
def test_what_any_other_rule_finds_is_a_remark(language: str, wrong: str, right: str) -> None:
    found = run(wrong, language)
    assert found.text == wrong
    assert any(right in remark.sentence for remark in found.findings)


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("en", "Its being late is no excuse, and in spite of its being old it runs."),
        ("en", "Nobody knows what effects the drug has."),
        ("en", "We had more time then before noon."),
        ("en", "We try not to high-five the guests."),
        ("en", "You now have what you need."),
        # Terms of a trade: short ones, or those that are written so twice.
        ("en", "We used raku and some shino glaze this time."),
        ("en", "The first tenrac is asleep and the other tenrac eats."),
        ("de", "Er hat gesagt, das Haus sei verkauft."),
        ("de", "Es ist ein Zeichen, dass die Leute kommen."),
        ("de", "Gehen Sie zu Klein oder zu Grob in der Hauptstraße."),
        # New compounds, Swiss and Austrian words, names.
        ("de", "Der Grundbuchsauszug und die Aufzugsvorrichtung fehlen."),
        ("de", "Ich bewerbe mich als Binnenschifferin."),
        ("de", "Mein Natel liegt in der Seerosenstrasse, bei der Makita und den Zeesbooten."),
    ],
)
def test_what_may_stand_there_gets_no_remark(language: str, sound: str) -> None:
    assert run(sound, language).findings == ()


def test_a_misspelt_german_noun_is_told_once_however_often_it_stands_there() -> None:
    found = run("§ 1 Mietverhältniss\nDas Mietverhältniss beginnt im Mai. Das Mietverhältniss endet im Juni.", "de")
    (remark,) = found.findings
    assert "Mietverhältnis“" in remark.sentence


def test_what_somebody_else_said_is_theirs() -> None:
    text = "Il écrit : « Ma chere Augustine, je suis arrivé hier soir à la gare et je me porte bien, ne crains rien. »"
    found = run(text, "fr")
    assert (found.text, found.findings) == (text, ())


def test_a_fault_with_several_right_forms_is_a_remark_at_its_place() -> None:
    found = run("La porte de la cave est rester ouverte toute la nuit.", "fr")
    (remark,) = found.findings
    assert found.text == "La porte de la cave est rester ouverte toute la nuit."
    assert (remark.check, remark.severity, remark.place) == (CHECK, "warn", "rester")
    assert remark.sentence.startswith(
        "À vérifier : « rester » dans « cave est rester ouverte toute », peut-être « resté / restée / restés » ?"
    )


def test_a_correction_that_leaves_a_fault_is_a_remark() -> None:
    found = run("Les chaises qui sont cassé doivent être jetées.", "fr")
    assert found.text == "Les chaises qui sont cassé doivent être jetées."
    assert [remark.place for remark in found.findings] == ["cassé"]


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        ("en", "Priya and Huw met Ms Oyelaran; the colour of the centre was organised by 9 per cent."),
        ("de", "Heuer war der Pegel im Jänner hoch. Die Huberin half am Stadel von Möderbrugg."),
        ("fr", "Soizic tenait la buvette de Kervénanec avec le père Guivarc'h."),
        ("es", "La Pilarín, de Sabiñánigo, sirvió catorce longanizas."),
    ],
)
def test_names_dialect_and_taste_are_left_alone(language: str, sound: str) -> None:
    found = run(sound, language)
    assert (found.text, found.findings) == (sound, ())


def test_places_are_counted_in_characters_and_a_long_text_is_read_in_parts() -> None:
    text = "Müller hat „Grüße“ geschrieben. " * 150 + "Ich darf nicht unterschreiben weil er fehlt."
    assert [(text[one.start : one.end], one.text) for one in find_by_rules(text, "de")] == [(" weil", ", weil")]


@pytest.mark.parametrize(
    ("language", "sound"),
    [
        (
            "de",
            "servus poldi, bin grad am dach. zwei module hängen oben. der kunde mag den zählerkasten im stiegenhaus.",
        ),
        ("de", "Wir sind sechs Leut und wollen am Samstag gern mitsetzen und mitschleudern."),
        ("en", "The form lists cust. number and 14 ctns. on the ro-ro at noon."),
        ("de", "Die Datei heißt lohn_11_neu.csv und liegt im Ordner von Frau Seidl."),
        ("es", "El packing list y la gravel de Yurena llegan mañana por la tarde."),
        ("es", "Hoy tenemos pulpo á feira, raxo y zorza para toda la mesa."),
        ("es", "Quieren el certificado del HA-30 para hoy. Lo manda Chema."),
    ],
)
def test_short_forms_codes_and_other_languages_get_no_remark(language: str, sound: str) -> None:
    found = run(sound, language)
    assert (found.text, found.findings) == (sound, ())


def test_a_line_in_another_language_is_left_alone() -> None:
    text = "Le titre du message est le suivant :\nIt is also referred to as a user agent by the people who use a vote."
    assert list(find_by_rules(text, "fr")) == []


def test_a_greeting_in_another_language_is_no_line_in_it() -> None:
    assert run("Hola, please recieve the file", "en").text == "Hola, please receive the file"


def test_a_language_without_rules_has_none() -> None:
    assert list(find_by_rules("Dit is een brief en hij is niet goed geschreven.", "nl")) == []


def test_a_remark_on_a_word_that_stands_there_twice_says_which() -> None:
    (remark,) = run("The cost are known, and the others are paid.", "en").findings
    assert remark.place == "The cost are known, and"


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        # What LanguageTool asks is asked by the remark already, and words that it names are quoted.
        (
            "en",
            "It doesn't effect ropes.",
            "Check “effect” in “It doesn't effect ropes”: perhaps “affect”?",
        ),
        (
            "en",
            "The engines has been tested.",
            "Check “has” in “The engines has been tested”: perhaps “have”? You should probably use “have”.",
        ),
        (
            "fr",
            "Nous somme heureux de vous accueillir.",
            "À vérifier : « Nous somme » dans « Nous somme heureux de », peut-être « Nous sommes » ?",
        ),
        (
            "de",
            "Wir freuen uns über ihre Anfrage, Frau Berger.",
            "Bitte prüfen: „ihre“ in „uns über ihre Anfrage, Frau“, vielleicht „Ihre“?",
        ),
    ],
)
def test_a_remark_asks_once_and_gives_a_reason_where_there_is_one(language: str, text: str, said: str) -> None:
    assert said in [remark.sentence for remark in run(text, language).findings]


def test_who_has_many_faults_gets_many_remarks() -> None:
    nouns = (
        "pumps",
        "doors",
        "rooms",
        "tables",
        "chairs",
        "lamps",
        "keys",
        "bags",
        "boxes",
        "letters",
        "cars",
        "buses",
    )
    text = " ".join(f"The {noun} has been tested." for noun in nouns)
    assert len([finding for finding in run(text, "en").findings if finding.check == CHECK]) > 8
