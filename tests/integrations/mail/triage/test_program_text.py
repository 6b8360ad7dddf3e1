"""Phrases of programs and of mass mail."""

import pytest

from integrations.mail.triage.program_text import (
    has_unsubscribe_line,
    is_receipt,
    mass_marks,
    notification_marks,
    says_absence,
    says_no_reply,
)


@pytest.mark.parametrize("text", ["Our news\n\nUnsubscribe", "Angebote\nView online | Unsubscribe | Imprint"])
def test_a_line_that_ends_a_subscription_is_found_also_between_bars(text: str) -> None:
    assert has_unsubscribe_line(text)


def test_a_person_who_speaks_of_unsubscribing_writes_no_such_line() -> None:
    assert not has_unsubscribe_line("Could you tell me how to unsubscribe from the list of the tenants?")


@pytest.mark.parametrize(
    "text",
    [
        "Please do not reply to this email.",
        "Bitte antworten Sie nicht auf diese E-Mail.",
        "Merci de ne pas répondre à\nce message.",
        "Por favor, no responda a este correo.",
    ],
)
def test_that_nobody_reads_answers_is_read_over_the_end_of_a_line(text: str) -> None:
    assert says_no_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sie erhalten diese E-Mail, weil Sie Kunde sind. Schreiben Sie uns! Hier abbestellen",
        "Vous recevez cet e-mail car vous êtes client. Écrivez-nous ! Se désabonner",
        "Recibe este correo porque es cliente. ¡Escríbanos! Cancelar la suscripción",
    ],
)
def test_why_one_is_on_a_list_is_a_mark_of_mass_mail_and_says_nothing_of_answers(text: str) -> None:
    assert (mass_marks(text), says_no_reply(text)) == (2, False)


def test_an_absence_needs_what_only_a_standing_answer_says() -> None:
    assert says_absence("I am out of the office until 3 June. In urgent cases please contact Tom Reed.")
    assert says_absence("Ich bin bis zum 3. Juni nicht erreichbar, Ihre Nachricht wird nicht weitergeleitet.")
    assert says_absence("Je ne suis pas joignable jusqu'au 3 juin, votre message n'est pas transféré.")
    assert says_absence("No estaré localizable hasta el 3 de junio y su mensaje no se reenvía.")
    assert not says_absence("I am out of the office until 3 June, could you send me the plan before?")
    assert not says_absence("I am out of the office. In urgent cases contact Tom. " + "More of it. " * 80)


def test_a_receipt_has_its_subject_and_its_text() -> None:
    text = "Your message to Ann Lee was read on 3 June 2026 at 10:14."
    assert is_receipt("Read: Plan", text)
    assert not is_receipt("Plan", text)


@pytest.mark.parametrize("text", ["Unser Kundennewsletter im Mai", "The newsletter of May", "Der Firmen-Newsletter"])
def test_a_newsletter_is_a_mark_within_a_word_too(text: str) -> None:
    assert mass_marks(text) == 1
    assert mass_marks(f"{text}. Newsletter") == 1


def test_reports_of_logs_are_marks() -> None:
    assert notification_marks("", "The syslog report of the night") == notification_marks("", "Log report") == 1


def test_a_letter_bears_no_marks() -> None:
    letter = "Dear Ann, could you send me the plan of the roof by Friday? Best, Tom"
    assert (mass_marks(letter), notification_marks("Plan", letter), says_no_reply(letter)) == (0, 0, False)
