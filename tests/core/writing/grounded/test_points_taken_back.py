"""What a conversation takes back or settles later is none of its points, and every point is in its speaker's words."""

import pytest

from tests.core.writing.grounded.read_points import points_of

MACHINE = (
    "anna: moin, die maschine in halle 2 steht seit 6 uhr\n"
    "jens: die pumpe ist kaputt, ersatz kostet 2.340 euro\n"
    "anna: wer sagt dem kunden bescheid?\n"
    "murat: wir könnten die nachtschicht auf maschine 1 legen\n"
    "anna: gut, machen wir so. murat, sagst du den leuten bescheid?\n"
    "murat: ja mach ich gleich\n"
    "anna: ich rufe den kunden an\n"
    "jens: ich kümmere mich um den einbau\n"
    "jens: ob der monteur am freitag kommt, ist noch offen\n"
    "anna: danke euch, dann sehen wir uns morgen früh um sieben in halle 2 und schauen, wie weit wir sind\n"
)


@pytest.mark.parametrize("with_model", [True, False])
def test_promises_are_to_do_and_what_nobody_knows_is_open(*, with_model: bool) -> None:
    points = points_of(MACHINE, with_model=with_model)
    assert "to_do: " in points
    assert "**anna**: Ich rufe den kunden an." in points
    assert not with_model or "open: **jens**: Ob der monteur am freitag kommt, ist noch offen." in points


CORRECTED = [
    (
        "Ruth: Point one, the open day. We said Saturday the 9th of May, but the hall is booked by the choir.\n"
        "Dev: What about Sunday the 10th?\nRuth: Sunday works for the hall. Ok, Sunday the 10th it is.\n"
        "Helen: I can print the posters, I need the final text by the 20th though.\n"
        "Dev: I'll send you the text on Friday.\nRuth: Point two, the boiler. The plumber quoted 4,800 pounds.\n"
        "Helen: Could we wait until autumn?\nRuth: No, the insurance only covers us if it is replaced before July.\n"
        "Dev: I don't want to sign that without a second quote.\nRuth: Then we leave it open until we have one.\n",
        "the 9th of May",
        "Sunday the 10th it is",
    ),
    (
        "Marta: Primer tema, la mudanza de la oficina. El casero nos deja entrar el 1 de julio.\n"
        "Iván: Yo preferiría el 15, a principios de mes tenemos el cierre.\n"
        "Marta: Tienes razón. Lo dejamos en el 15 entonces.\nPilar: ¿Y quién habla con la empresa de mudanzas?\n"
        "Iván: Ya he pedido un presupuesto, son 2.300 euros.\nMarta: Me parece caro. Pide otro, por favor.\n"
        "Iván: Vale, lo tengo para el miércoles.\nPilar: Yo cambio la dirección en el banco y en Hacienda.\n"
        "Marta: Ah, y el casero acaba de escribir: no es el 15, nos da las llaves el 17 de julio.\n",
        "Lo dejamos en el 15",
        "el 17 de julio",
    ),
    (
        "Birgit: Der Vermieter will, dass wir bis 30. September aus dem Lager raus sind.\n"
        "Malte: Das neue Lager ist erst ab 15. September frei, das sind zwei Wochen für alles.\n"
        "Svenja: Machbar, wenn wir am Wochenende arbeiten.\nMalte: Von mir aus. Dann aber mit Spedition.\n"
        "Birgit: Gut, dann sagen wir dem Vermieter zu. Malte, holst du drei Angebote von Speditionen ein?\n"
        "Malte: Ja, bis Mittwoch.\nBirgit: Super. Punkt zwei, der Betriebsausflug.\nMalte: Harz ist billiger.\n"
        "Birgit: Dann verschieben wir das auf nächste Woche.\n"
        "Malte: Ach so, Korrektur: Ich bin Mittwoch gar nicht da, die Angebote kommen Donnerstag.\n",
        "bis Mittwoch",
        "die Angebote kommen Donnerstag",
    ),
]


@pytest.mark.parametrize(("text", "earlier", "later"), CORRECTED)
def test_what_was_said_first_is_never_told_without_what_was_said_later(text: str, earlier: str, later: str) -> None:
    told = points_of(text)
    assert earlier not in told or told.index(earlier) < told.index(later)


VALUES = [
    (
        "Jana: Samstag um 9 Umzug bei mir?\n"
        "Ole: Passt.\n"
        "Jana: Ich hab einen Transporter reserviert, 7,5 m³, 89 Euro.\n"
        "Mira: Reicht der?\n"
        "Jana: Ja, das Klavier bleibt in der Wohnung.\n"
        "Ole: Brauchen wir Kartons?\n"
        "Jana: So 20 Stück.\n"
        "Ole: Bring ich mit, hab noch welche im Keller.\nMira: Und Essen?\nJana: Pizza geht auf mich.\n"
        "Jana: Ach Mist, das Klavier bleibt doch nicht in der Wohnung.\n"
        "Ole: Dann brauchen wir den größeren Wagen.\n"
        "Jana: Der 12er Transporter kostet 119 Euro, ich buche um.\n"
        "Mira: Ich hole noch zwei Leute zum Tragen.\n",
        ("89 Euro", "119 Euro"),
    ),
    (
        "Luis: ¿Cuántos repartidores no pueden entrar?\nAna: Ya van 40 repartidores que no pueden entrar.\n"
        "Luis: Hay que avisar al turno de noche.\nAna: Ya he avisado al turno.\nLuis: ¿Qué dice el proveedor?\n"
        "Ana: El proveedor dice que el servidor está caído y que tardan dos horas.\n"
        "Luis: Pues abrimos la puerta a mano.\n"
        "Ana: Vale, mando a Pedro a la puerta.\nLuis: Perfecto, gracias.\n"
        "Ana: Perdona, no eran 40 repartidores, eran 140, acabo de ver el panel.\n"
        "Luis: Pues manda también a Inés.\n"
        "Ana: Voy.\n",
        ("40 repartidores", "140"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), VALUES)
def test_a_value_that_was_changed_much_later_is_not_told_without_the_new_one(
    text: str, values: tuple[str, str]
) -> None:
    told = points_of(text)
    assert values[0] not in told or told.index(values[0]) < told.rindex(values[1])


# A line that is told, and the few words by which somebody corrects it a while later.
SHORT_CORRECTIONS = [
    ("en", "Sam: Mr Cole opens the gym in the morning and stays until the end.", "Lena: Sorry, Ms Park."),
    ("en", "Sam: We have 14 helpers for the barbecue and every one of them gets a shirt.", "Lena: No, 13."),
    ("de", "Uli: Die Brandschau in der Halle ist am Donnerstag, da darf niemand parken.", "Uli: Mittwoch, sorry."),
    ("de", "Rita: Herr Kohl schließt morgens auf und bleibt bis zum Schluss.", "Rita: Ich meinte Frau Park."),
    ("de", "Rita: Die Hallenmiete beträgt 350 Euro, zahlbar an den Sportverein.", "Rita: Quatsch, 450."),
    ("fr", "Paul: La location de la salle coûte 350 euros, à payer au club de sport.", "Paul: Pardon, 450."),
    ("fr", "Zoé: La visite des pompiers est jeudi, personne ne doit se garer là.", "Zoé: Mercredi, pardon."),
    ("fr", "Paul: M. Colas ouvre le matin et reste jusqu'à la fin.", "Paul: Pardon, Mme Parent."),
    ("es", "Nora: La inspección de bomberos es el jueves y nadie puede aparcar allí.", "Nora: Miércoles, perdón."),
    ("es", "Iker: El señor Colás abre por la mañana y se queda hasta el final.", "Iker: Digo, la señora Parra."),
    ("es", "Nora: Cinco familias traen tartas, con eso basta para todos.", "Iker: Seis con nosotros."),
]
AROUND = {
    "en": (
        "Sam: The posters for the open day are printed and the printer sent them to the school by courier.",
        "Lena: The caretaker complained that the courier blocked the fire lane for half an hour.",
        "Sam: I apologised to him and the courier promised to use the back gate from now on.",
        "Lena: The head teacher wants a list of all helpers with their phone numbers before the weekend.",
        "Sam: The list is in the shared folder, half of the parents have not signed up yet.",
    ),
    "de": (
        "Uli: Die Plakate für das Sommerfest sind gedruckt und liegen beim Hausmeister im Büro.",
        "Rita: Der Hausmeister beschwert sich, dass der Kurier die Feuerwehrzufahrt blockiert hat.",
        "Uli: Ich habe mich entschuldigt, der Kurier nimmt künftig das hintere Tor.",
        "Rita: Die Leitung will vor dem Wochenende eine Liste aller Helfer mit Telefonnummern.",
        "Uli: Die Liste liegt im gemeinsamen Ordner, die Hälfte der Eltern fehlt noch.",
    ),
    "fr": (
        "Zoé: Les affiches de la fête sont imprimées et déposées chez le gardien de l'école.",
        "Paul: Le gardien se plaint que le coursier a bloqué l'accès des pompiers pendant une demi-heure.",
        "Zoé: Je me suis excusée, le coursier passera désormais par le portail arrière.",
        "Paul: La directrice veut une liste de tous les bénévoles avec leur téléphone avant le week-end.",
        "Zoé: La liste est dans le dossier partagé, la moitié des parents manque encore.",
    ),
    "es": (
        "Nora: Los carteles de la fiesta están impresos y los tiene el conserje en su despacho.",
        "Iker: El conserje se queja de que el mensajero bloqueó el paso de los bomberos media hora.",
        "Nora: Le pedí disculpas, el mensajero usará desde ahora la puerta trasera.",
        "Iker: La directora quiere una lista de todos los voluntarios con su teléfono antes del fin de semana.",
        "Nora: La lista está en la carpeta compartida, falta la mitad de los padres.",
    ),
}


@pytest.mark.parametrize("between", [0, 2])
@pytest.mark.parametrize(("language", "line", "correction"), SHORT_CORRECTIONS)
def test_what_a_few_words_correct_is_not_told_without_them(
    language: str, line: str, correction: str, between: int
) -> None:
    first, second, *rest = AROUND[language]
    told = points_of("\n".join([first, second, line, *rest[:between], correction, *rest[between:]]))
    assert line.partition(": ")[2] not in told or correction.partition(": ")[2] in told


def test_a_conversation_in_which_nothing_is_settled_has_no_points() -> None:
    turns = ("Uh, I mean, it 's {disfmarker} um, it 's kind of the thing.", "Mm-hmm. Um, {vocalsound} like a wheel.")
    text = "\n".join(f"{'AB'[at % 2]}: {turns[at % 2]}" for at in range(14))
    assert not points_of(text)


def test_what_is_open_is_not_told_where_it_is_settled_later() -> None:
    text = (
        "Rory: Has the concrete for block C been ordered for Friday?\nSvea: Ordered 38 tons, first truck at 7.\n"
        "Rory: The rebar inspection isn't signed yet.\nSvea: I thought Mr Boateng was there yesterday.\n"
        "Rory: He was, but he found two missing spacers and wants photos before he signs.\n"
        "Dilan: The spacers are in since 8 this morning, I can take the pictures.\n"
        "Rory: Please do, and send them to Boateng directly.\nDilan: Sent.\nRory: Signed! Friday stands.\n"
        "Svea: Who approves the 480 more that the plant wants?\n"
    )
    told = points_of(text)
    assert "isn't signed yet" not in told
    assert "open: **Svea**: Who approves the 480 more" in told


def test_what_somebody_reports_on_later_is_not_to_do() -> None:
    text = (
        "Mareike: der Kran ist am Donnerstag weg\nVolker: dann verschieben wir die Träger auf Freitag\nMareike: der"
        " Statiker kommt aber Donnerstag\nVolker: ruf ihn an ob Freitag auch geht\nMareike: mach ich gleich\nVolker: "
        "Beton bleibt Mittwoch\nMareike: Statiker sagt Freitag erst ab 10\nVolker: reicht"
    )
    assert "ruf ihn an" not in points_of(text).casefold()
