"""A question that the owner sent and nobody answered: whether a mail is one, and what a follow-up says. Pure."""

from core.text.asks import find_wanted
from integrations.mail.addresses import OwnerAddresses
from integrations.mail.greeting import reply_frame
from integrations.mail.message import Message
from integrations.mail.quote_below import mail_language
from integrations.mail.quoted import split_text
from integrations.mail.voice import Voice, frame_inputs

_MOST_RECIPIENTS = 3
_MOST_QUOTED_CHARS = 200
_LIST_FIELDS = ("list-id", "list-post", "auto-submitted")
# How the day is written, and what is said; the question is quoted, so that nothing is claimed about it.
_WORDS = {
    "en": (
        "%d %B",
        "I would like to come back to my question of {day}, “{question}”, and would be glad to hear from you.",
    ),
    "de": (
        "%d.%m.",
        "ich komme auf meine Frage vom {day} zurück, „{question}“, und würde mich über eine Antwort freuen.",
    ),
    "fr": (
        "%d/%m",
        "je reviens sur ma question du {day}, « {question} », et vous remercie d'avance de votre réponse.",
    ),
    "es": ("%d/%m", "retomo mi pregunta del {day}, «{question}», y quedo a la espera de su respuesta."),
}


def open_question(sent: Message, owner: OwnerAddresses) -> str:
    """Return the question of a sent mail that waits for an answer; "" when it asks nobody in particular anything."""
    others = tuple(one for one in (*sent.to, *sent.cc) if not owner.owns(one))
    if not owner.owns(sent.sender) or not 0 < len(others) <= _MOST_RECIPIENTS:
        return ""
    if any(sent.has_header(name) for name in _LIST_FIELDS):
        return ""
    asked = find_wanted(split_text(sent.text).new_text)
    found = [one for one in (*asked.clear, *asked.questions) if one.rstrip().endswith("?")]
    return found[0] if found and len(found[0]) <= _MOST_QUOTED_CHARS else ""


def follow_up_inputs(sent: Message, question: str, owner: OwnerAddresses, voice: Voice | None) -> dict[str, str]:
    """Return the inputs of the recipe `compose` for a follow-up to a sent mail."""
    language = mail_language(sent)
    day_form, words = _WORDS.get(language, _WORDS["en"])
    day = sent.date.strftime(day_form).lstrip("0") if sent.date else ""
    asked = next(one for one in sent.to if not owner.owns(one)) if sent.to else sent.sender
    as_received = sent.model_copy(update={"sender": asked, "text": split_text(sent.text).new_text})
    inputs = {
        "brief": words.format(day=day, question=" ".join(question.split())),
        "subject": sent.subject,
        "recipient_name": asked.name,
        "owner_name": owner.name,
        **frame_inputs(reply_frame(as_received, owner, language), voice, language, as_received),
    }
    return {name: value for name, value in inputs.items() if value}
