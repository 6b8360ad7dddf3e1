"""What was learnt: each head has weights for what a mail can show, and how a mail reads counts beside them."""

import pytest

from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage, parse_message
from integrations.mail.triage.classifier import (
    AND,
    HEADS,
    MailSigns,
    classifier,
    passage,
    read,
    words_of,
)
from integrations.mail.triage.decide import SUSPICIOUS
from integrations.mail.triage.weighing import SENTENCES, WeighedMail, facts_of
from tests.integrations.mail.samples import KIM, OWNER, QUESTION, decided, mail


def test_each_head_has_weights_for_signs_that_a_person_can_read() -> None:
    heads = classifier().heads
    assert heads.keys() == set(HEADS) == classifier().shifts.keys() == classifier().spreads.keys()
    for head in heads.values():
        single = {name for signs in head.signs for name in signs.split(AND)}
        assert {name for name in single if not name.startswith("rule_")} <= SENTENCES.keys()
        assert len(head.words) == len(head.places) > 10_000


def test_the_weights_know_the_signs_of_a_mail() -> None:
    signs = WeighedMail(facts_of(parse_message(mail(QUESTION, "Precedence: bulk")), OWNER)).evidence.signs
    assert {"asks", "greets_owner", "rule_list"} <= signs.keys() <= classifier().heads["reply"].signs.keys()


def test_words_that_were_never_learnt_count_nothing() -> None:
    head, words = classifier().heads["reply"], words_of("", "please Xqzwvk")
    assert [term in head.places for term in words].count(True) == 1  # "please" alone
    unknown = {term: strength for term, strength in words.items() if term not in head.places}
    assert head.parts(MailSigns({}, unknown)) == head.parts(MailSigns({}, {}))


def test_what_a_tool_shows_of_a_comment_is_the_mail() -> None:
    shown = "Ann Lee commented:\n> Which of the two goes to print?\n\nOpen the file"
    assert "Which of the two" in passage(parse_message(mail(shown)), OWNER)
    answer = mail(shown, "In-Reply-To: <a@example.org>")
    assert "Which of the two" not in passage(parse_message(answer), OWNER)


def test_a_reading_is_added_to_what_signs_and_words_say() -> None:
    learnt, signs = classifier(), {"asks": 1.0}
    alone = learnt.parts("reply", MailSigns(signs, {}))
    beside = learnt.parts("reply", MailSigns(signs, {}, (2.0, 0.0, 0.0)))
    spread = learnt.spreads["reply"]
    assert beside.meant == pytest.approx(spread * (alone.meant + 2.0))
    assert beside.signs["asks"] == pytest.approx(spread * alone.signs["asks"])
    assert not read("")


def test_the_tuned_layers_read_who_wrote_to_whom_and_what_is_new() -> None:
    answer = "Hello Bob,\n\nsee   you.\n\nOn Tue, 2 Jan 2024, Bob wrote:\n> Can you look?"
    told = "Lunch | Ann Lee ann.lee@example.com | {} | Bob Ray | Hello Bob, see you."
    assert passage(parse_message(mail(answer)), OWNER) == told.format("to me")
    others = parse_message(mail(answer)).model_copy(update={"to": (KIM, Address(address=OWNER.aliases[0]))})
    assert passage(others, OWNER) == told.format("to me and others")
    copied = others.model_copy(update={"to": (KIM,), "cc": (OWNER,)})
    assert passage(copied, OWNER) == told.format("cc")
    assert passage(copied.model_copy(update={"cc": ()}), OWNER) == told.format("to me")
    shouted = Address(address=OWNER.address.upper())
    assert passage(copied.model_copy(update={"to": (shouted, KIM)}), OWNER) == told.format("to me and others")
    assert passage(copied.model_copy(update={"cc": (shouted,)}), OWNER) == told.format("cc")
    assert passage(copied.model_copy(update={"cc": (), "headers": (("list-id", "<a>"),)}), OWNER) == told.format("cc")


def test_of_a_long_mail_the_tuned_layers_read_opening_and_closing() -> None:
    words = " ".join(f"word{number}" for number in range(300))
    subject = "s" * 300
    long = parse_message(mail(words)).model_copy(update={"subject": subject})
    assert passage(long, OWNER) == (
        f"{subject[:200]} | Ann Lee ann.lee@example.com | to me | Bob Ray | {words[:800]} … {words[-500:]}"
    )
    assert passage(parse_message(mail(words[:1300])), OWNER).endswith(f" | {words[:1300]}")


MEANT = [
    (
        "Kev <kev@brookmill.example>",
        "pump",
        "it trips again as soon as we switch it on and the milk lorry is due at six",
        "asked",
    ),
    (
        "Ana <ana@huerta.example>",
        "entrega",
        "Todavía no ha llegado el repuesto y mañana empezamos la campaña.",
        "asked",
    ),
    (
        "Till Ruf <till@ruf-bau.example>",
        "Re: Termin",
        "Passt, wir sehen uns am Montag um neun auf der Baustelle.",
        "not_asked",
    ),
    (
        "Marc Paulin <m.paulin@essor-conseil.example>",
        "Développer vos ventes",
        "Bonjour, nous aidons les PME à doubler leurs prospects. Auriez-vous un créneau cette semaine pour en parler ?",
        "not_asked",
    ),
    (
        "Accounts <billing@cloudstore-renewals.example>",
        "Your storage plan",
        "Your plan could not be renewed. Update your card within 12 hours or all files are erased:"
        " http://cloudstore-renewals.example/card",
        SUSPICIOUS,
    ),
]


@pytest.mark.parametrize(("sender", "subject", "text", "rule"), MEANT, ids=lambda value: str(value)[:20])
def test_meaning_tells_what_no_phrase_does(sender: str, subject: str, text: str, rule: str) -> None:
    name, _, address = sender.partition(" <")
    message = MailMessage(
        sender=Address(name=name, address=address.rstrip(">")), to=(OWNER,), subject=subject, text=text
    )
    if not read(passage(message, OWNER)):
        pytest.skip("the embedded model does not run here")
    assert decided(message, OWNER).rule == rule
