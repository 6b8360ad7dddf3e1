"""Summaries: sentences of the text in its order with who said them, and nothing else."""

import re
import time

import pytest

from core.embeddings import load_embedder
from core.recipes.inputs import validate_inputs
from core.recipes.loader import load_recipes
from core.settings import Settings
from core.text.lexicon import lexicon
from core.text.speakers import split_turns
from core.writing.grounded.summarize import summarize
from core.writing.result import PlanOptions, PlanResult
from tests.core.writing.grounded.scripted_ask import ScriptedAsk

RECIPE = load_recipes()["summarize"]
OUTAGE = (
    "Dana: Morning all, the shop has been throwing errors since 8:40.\n"
    "Lee: looking\n"
    "Lee: it is the new payment client, it opens a connection per request and the pool runs out\n"
    "Priya: Can we roll back? The campaign mail goes out at 10.\n"
    "Dana: Let's roll back to 4.11 now.\n"
    "Lee: Rollback done, error rate is back to normal.\n"
    "Priya: Should I hold the campaign mail?\n"
    "Dana: No, send it as planned.\n"
    "Lee: I'll add a load test before we try again.\n"
    "Dana: Review of the outage on Thursday at 2 pm, I'll send the invite.\n"
    "Lee: sorry, Thursday I'm out. Friday?\n"
    "Dana: Friday 2 pm then.\n"
    "Mo: Do we refund the failed orders? 31 customers paid twice.\n"
    "Dana: That has to be settled with finance.\n"
)
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


class NeverAsked(ScriptedAsk):
    """A model that nobody may ask."""

    def __call__(self, *arguments: object, **options: object) -> str:
        raise AssertionError("the grounded lane asks no model")


def run(text: str, **given: str) -> PlanResult:
    options = PlanOptions(embedder=lambda: load_embedder(Settings()))
    return summarize(RECIPE, validate_inputs(RECIPE, {"text": text, **given}), NeverAsked(), options)


def lines_of(result: PlanResult) -> list[str]:
    return [line.removeprefix("- ") for line in result.text.splitlines() if line.startswith("- ")]


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold()


@pytest.mark.parametrize("text", [OUTAGE, MACHINE])
def test_every_line_is_said_by_its_speaker_in_the_order_of_the_text(text: str) -> None:
    turns, at = split_turns(text), 0
    lines = lines_of(run(text))
    assert len(lines) >= 5
    for line in lines:
        speaker, said = re.findall(r"\*\*(\w+)\*\*: (.+)", line)[0]
        sentences = [folded(sentence) for sentence in re.split(r" \u2026 |(?<=[.?!]) ", said)]
        at = next(place for place in range(at, len(turns)) if turns[place].speaker == speaker
                  and all(sentence.strip() in folded(turns[place].text) for sentence in sentences)) + 1  # fmt: skip


def test_opening_decision_correction_and_what_is_open_are_told() -> None:
    text = run(OUTAGE).text
    assert text.startswith("- **Dana**: The shop has been throwing errors since 8:40.")
    for sentence in (
        "**Lee**: It is the new payment client",
        "**Dana**: Let's roll back to 4.11 now.", "**Dana**: Friday 2 pm then.",
        "**Lee**: I'll add a load test before we try again.", "**Dana**: That has to be settled with finance.",
    ):  # fmt: skip
        assert sentence in text
    assert "Looking" not in text


def test_nothing_stands_under_a_heading_and_the_word_on_the_order_is_in_the_language_of_the_text() -> None:
    text = run(MACHINE).text
    assert not re.search(r"(?m)^(#|\*\*[^*]+\*\*$)", text)
    assert text.endswith("\n\n_Zitate in ihrer Reihenfolge; ein späteres kann ein früheres ändern._")


def test_a_short_text_is_given_back_with_a_word_about_it() -> None:
    result = run("The lift is broken until Friday. Please use the stairs.")
    assert result.text == "The lift is broken until Friday. Please use the stairs."
    assert result.notices == ("The text is short; here it is as it stands.",)
    assert not result.skeleton


def test_what_answers_the_focus_comes_in() -> None:
    text = OUTAGE + "Mo: The garden party needs a permit from the city.\n" + OUTAGE
    assert "garden party" in run(text, focus="the garden party").text


def test_a_long_thread_is_told_in_a_page() -> None:
    began = time.process_time()
    text = run(OUTAGE * 20).text
    assert len(text.splitlines()) < 70
    assert time.process_time() - began < 12


def test_without_the_embedded_model_sentences_are_told_apart_by_their_words() -> None:
    result = summarize(RECIPE, validate_inputs(RECIPE, {"text": MACHINE}), NeverAsked())
    assert "sagst du den leuten bescheid?\n- **murat**: Ja mach ich gleich." in result.text


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
    told = run(text).text
    assert later in told
    assert told.find(earlier) < told.index(later)


def test_a_question_has_its_answer() -> None:
    text = (
        "Nadia: La chaudière devait être livrée le 2 mai et nous n'avons toujours rien reçu. Les locataires sont sans "
        "eau chaude depuis six jours. Quand arrive-t-elle ?\n"
        "Luc: Le camion est tombé en panne et la chaudière est repartie au dépôt. La livraison est prévue le 8 mai.\n"
        "Nadia: Le 8 est férié, l'installateur ne travaille pas. Le 9 au matin, est-ce possible ?\n"
        "Luc: Le 9 entre 8 h et 10 h, c'est confirmé. Pouvez-vous nous donner le code de l'immeuble ?\n"
        "Nadia: Le code est le 41B7. Je demande une remise pour le retard, comme prévu à l'article 6 du contrat.\n"
    )
    told = run(text).text
    assert "Le 9 entre 8 h et 10 h, c'est confirmé." in told
    assert "Le code est le 41B7" in told or "Pouvez-vous" not in told


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
def test_a_value_that_was_changed_much_later_is_told_with_the_new_one(text: str, values: tuple[str, str]) -> None:
    told = run(text).text
    assert values[1] in told
    assert told.find(values[0]) < told.rindex(values[1])


def test_what_follows_from_a_refusal_names_what_was_refused() -> None:
    text = (
        "Rosa: Point one, the technician. We saw nine people, Ms Ferry is the best.\n"
        "Paul: She asks for 2,400 a month.\n"
        "Rosa: Offer her 2,300 and a start on 2 June.\n"
        "Paul: I'll call her this afternoon.\n"
        "Sonia: And if she says no?\n"
        "Rosa: Then Mr Haddad.\nPaul: He withdrew his application this morning.\nRosa: We'll see.\n"
        "Rosa: Point two, the server. It was down for four hours.\n"
        "Sonia: The batteries are old, 640 euros, I ordered new ones.\n"
        "Rosa: Point three, the office. The landlord does not renew the lease, we have to be out by December.\n"
        "Paul: There are rooms free in Carnot Street.\nRosa: I see the lawyer on Thursday, not a word before.\n"
    )
    told = run(text).text
    assert "He withdrew" not in told or "Mr Haddad.\n- **Paul**: He withdrew" in told


def test_the_last_mail_is_told_whole_and_names_that_call_or_sign_are_no_sentences() -> None:
    mails = (
        "From: Ann Lee\n"
        "To: Help Desk\n"
        "Date: 7 April 2025\n"
        "Subject: Invoices\n\n"
        "Good morning,\n\n"
        "Since the update some "
        "invoices are sent twice, eleven customers complained. We stopped the automatic sending. We have to send "
        "invoices on the 15th, can you repair this before?\n\n"
        "Ann Lee\n\n"
        "From: Help Desk\n"
        "To: Ann Lee\n"
        "Date: 8 April 2025\n"
        "Subject: Re: Invoices\n\n"
        "Ann,\n\n"
        "We found the fault, it concerns customers with two addresses. The repair comes "
        "on the 14th. Please leave the automatic sending off until we say so.\n\n"
        "Bastian\n\n"
        "From: Help Desk\n"
        "To: Ann Lee\n"
        "Date: 15 April 2025\n"
        "Subject: Re: Re: Invoices\n\n"
        "Ann,\n\n"
        "The tests are fine, you can turn the sending on again. "
        "The invoices of the 14th must be started by hand.\n\nBastian\n"
    )
    told = run(mails).text
    assert (
        "The tests are fine, you can turn the sending on again. The invoices of the 14th must be started by hand."
        in told
    )
    assert "Bastian" not in told
    assert "**: Ann" not in told


def test_something_is_told_of_each_topic() -> None:
    text = (
        "Lead: So, the new shop. Mr Kranz, how far is the electrician?\n"
        "Kranz: Done but for the till, a circuit is missing.\n"
        "Lead: Why is it missing?\nKranz: It was not in the plan. 1,900 euros extra.\nLead: The planner pays that.\n"
        "Dietz: He says we asked for the second till in May.\nLead: Is that true?\nDietz: Yes, I found the mail.\n"
        "Lead: Then we pay it. Kranz, please order it.\nKranz: Will do. They come on Tuesday.\nLead: The floor?\n"
        "Dietz: Is laid, but there is a step of two centimetres in the store. The forklift does not get over it.\n"
        "Kranz: We could lay a ramp there, that costs nothing.\nDietz: The insurer does not want a ramp.\n"
        "Lead: Then the floor layer has to repair it at his cost.\n"
        "Dietz: I'll write to him with a deadline of the 20th.\n"
        "Lead: Do we still open on 1 July?\nKranz: Yes from my side.\nDietz: The shelves come on 30 June.\n"
        "Lead: We never do that overnight.\nDietz: I could ask them to come on the 26th for 800 euros more.\n"
        "Lead: Do that. And if not, we open on 3 July.\nDietz: Good.\n"
    )
    told = run(text).text
    assert re.search("second till|1,900", told)
    assert re.search("floor layer|deadline of the 20th", told)
    assert "we open on 3 July" in told


def test_who_cannot_leaves_the_question_to_the_next() -> None:
    text = (
        "Ana: La feria de Valencia, ¿vamos o no?\nLuis: El stand cuesta 3.800 y el año pasado sacamos dos clientes.\n"
        "Eva: Uno de esos dos facturó 22.000.\nAna: Entonces vamos. Hay que reservar antes del 30.\n"
        "Ana: ¿Quién va?\nLuis: Yo no puedo, nace mi hija esa semana.\nEva: Voy yo con Sergio.\n"
        "Ana: Por último, el cliente de Lisboa no ha pagado la factura de marzo.\n"
        "Eva: Dicen que la mandamos con el NIF mal. Era culpa nuestra, la corregida salió el martes.\n"
        "Ana: Si el 15 no han pagado, les llamo yo.\n"
    )
    told = run(text).text
    assert "Voy yo con Sergio." in told or "nace mi hija" not in told


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
def test_a_correction_of_a_few_words_is_told_with_what_it_corrects(
    language: str, line: str, correction: str, between: int
) -> None:
    first, second, *rest = AROUND[language]
    told = run("\n".join([first, second, line, *rest[:between], correction, *rest[between:]])).text
    assert line.partition(": ")[2] in told
    assert correction.partition(": ")[2] in told


def test_a_conversation_in_which_nothing_is_settled_is_not_summarised() -> None:
    turns = ("Uh, I mean, it 's {disfmarker} um, it 's kind of the thing.", "Mm-hmm. Um, {vocalsound} like a wheel.")
    text = "\n".join(f"{'AB'[at % 2]}: {turns[at % 2]}" for at in range(20))
    assert run(text).text == lexicon("en").wording("conversation.loose")
    assert lexicon("en").wording("conversation.loose") not in run(OUTAGE * 2).text


def test_a_later_reversal_of_a_meeting_is_told_with_what_it_reverses() -> None:
    text = (
        "Sarah: So, the summer party. Where are we?\nTom: I called the boat place, they want 4,800.\n"
        "Sarah: That is too much. What about the garden restaurant?\nPriya: They take 52 a head.\n"
        "Tom: How many are we?\nSarah: Seventy.\nTom: So it fits.\nPriya: They have the 12th or the 19th of June.\n"
        "Sarah: The 12th is a holiday.\nPriya: The 19th then?\nSarah: Let's say the 19th. Priya, can you book it?\n"
        "Priya: Sure, I'll do it this afternoon.\nTom: Do we need a band?\nSarah: We have no money for a band.\n"
        "Tom: My cousin would play for 300.\nSarah: Let's leave the band out for now.\n"
        "Priya: And wait, I just looked, the 19th is the board dinner.\nSarah: Damn. Can they do the 26th?\n"
        "Priya: I'll ask. If not, we take the 12th anyway.\nSarah: Good. Tom, you draft the invitation?\nTom: Yep.\n"
    )
    told = run(text).text
    assert "the 19th is the board dinner" in told
    assert "we take the 12th anyway" in told
    assert told.index("Let's leave the band out") < told.index("board dinner")
