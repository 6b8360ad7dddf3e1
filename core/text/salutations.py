"""Greetings and closings by language. Code sets them from headers and profiles; a model never does."""

import re
import unicodedata
from typing import Literal

Address = Literal["", "familiar", "formal"]

_GREETINGS = {
    "en": "Hi {name},", "de": "Hallo {name},", "fr": "Bonjour {name},", "es": "Hola, {name}:", "it": "Ciao {name},",
    "nl": "Hallo {name},", "pt": "Olá {name},", "sv": "Hej {name},", "pl": "Dzień dobry,", "da": "Hej {name},",
}  # fmt: skip
_GREETINGS_TO_NOBODY = {
    "en": "Hello,", "de": "Guten Tag,", "fr": "Bonjour,", "es": "Hola:", "it": "Buongiorno,", "nl": "Goedendag,",
    "pt": "Olá,", "sv": "Hej,", "pl": "Dzień dobry,", "da": "Hej,",
}  # fmt: skip
_FORMAL_GREETINGS = {"de": "Guten Tag {name},"}
_CLOSINGS = {
    "en": "Best regards", "de": "Viele Grüße", "fr": "Cordialement", "es": "Un saludo", "it": "Cordiali saluti",
    "nl": "Met vriendelijke groet", "pt": "Cumprimentos", "sv": "Vänliga hälsningar", "pl": "Pozdrawiam",
    "da": "Venlig hilsen",
}  # fmt: skip
_FORMAL_CLOSINGS = {"de": "Mit freundlichen Grüßen"}
_FAMILIAR_CLOSINGS = {"fr": "Bonne journée"}
_THANKS = {
    "en": "Thank you for your message", "de": "Vielen Dank für Ihre Nachricht", "fr": "Merci pour votre message",
    "es": "Gracias por su mensaje", "it": "Grazie per il messaggio", "nl": "Dank voor uw bericht",
    "pt": "Obrigado pela sua mensagem", "sv": "Tack för ditt meddelande", "pl": "Dziękuję za wiadomość",
    "da": "Tak for din besked",
}  # fmt: skip
_FAMILIAR_THANKS = {
    "de": "Vielen Dank für deine Nachricht", "fr": "Merci pour ton message", "es": "Gracias por tu mensaje",
}  # fmt: skip
# For a message that does not show which of both its sender would say.
_NEUTRAL_THANKS = {
    "de": "Vielen Dank für die Nachricht", "fr": "Merci pour ce message", "es": "Gracias por el mensaje",
}  # fmt: skip
# How a text speaks to its reader, in languages with two ways: the words of friends, and those of strangers.
_FAMILIAR = {
    "de": re.compile(r"(?i)\b(?:du|dir|dich|dein(?:e[mnrs]?)?|euch|eue?r(?:e[mnrs]?)?|(?:hab|könn|woll|seid)t? ihr)\b"),
    "fr": re.compile(r"(?i)\b(?:tu|toi|te|t['\u2019](?=\w)|stp|tes|ton|ta)(?!\w)"),
    "es": re.compile(r"(?i)\b(?:tú|ti|te|tus?|contigo|puedes|podrías|tienes|quieres|sabes|estás|eres|vienes|vas)\b"),
}
_FORMAL = {
    "de": re.compile(
        r"\b(?:Sie|Ihnen|Ihre[mnrs]?|Ihr|Sehr geehrte[rs]?"
        r"|(?:Hallo|Guten (?:Tag|Morgen|Abend)|Moin|Lieber?) (?:Herr|Frau))\b"
    ),
    "fr": re.compile(r"(?i)\b(?:vous|votre|vos|svp|monsieur|madame)\b"),
    "es": re.compile(r"(?i)\b(?:usted(?:es)?|estimad[oa]s?)\b"),
}
# "Sie" at the beginning of a sentence may be "she" or "they".
_SENTENCE_START = re.compile(r"(?:\A|[.!?:…\n>])\s{0,8}\Z")
_ADDRESS_CHARS = 5_000
# Words that German writes with a capital only where a sentence begins.
_SMALL_AFTER_COMMA = re.compile(
    r"(?P<greeting>\A[^\n]{1,120},[ \t]*\n+)"
    r"(?P<word>Vielen|Herzlichen|Besten|Danke|Ich|Wir|Leider|Gern|Gerne|Ja|Nein|Das|Der"
    r"|Die|Den|Dem|Es|Am|Im|In|Für|Wie|Hier|Natürlich|Selbstverständlich|Anbei|Zu|Zum|Zur)(?= )"
)
_ABOUT = {"en": "about", "de": "zu", "fr": "au sujet de", "es": "sobre"}
_GREETING_SUBJECT = re.compile(r"(?i)hi|hello|hey|hallo|bonjour|hola|salut|moin|ciao|questions?|fragen?|no subject")
_QUOTES = {"de": ("\u201e", "\u201c"), "fr": ("\u00ab ", " \u00bb"), "es": ("\u00ab", "\u00bb")}
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "madame", "monsieur", "señor"})
_LONGEST_NAME_CHARS = 60
_DEFAULT = "en"


def clean_name(name: str) -> str:
    """Return a display name as one printable line: no address, quotes, brackets or remarks after it."""
    line = "".join(char for char in name.split("\n")[0] if unicodedata.category(char)[0] != "C")
    line = re.sub(r"<[^>]*>|\([^)]*\)|\[[^\]]*\]", " ", line)
    line = " ".join(re.sub(r"[\"<>\[\]{}|\\]", " ", line).split())
    family, comma, given = line.partition(", ")
    line = f"{given} {family}" if comma and given and " " not in family else line
    return line[:_LONGEST_NAME_CHARS].strip(" ,;")


def first_name(name: str) -> str:
    """Return how to greet a person: the given name, with a title the family name; "" for a bare address."""
    words = [word for word in clean_name(name).split() if "@" not in word]
    if len(words) > 1 and words[0].rstrip(".").casefold() in _TITLES:
        return f"{words[0]} {words[-1]}"
    return words[0] if words else ""


def address_of(language: str, text: str) -> Address:
    """Return how a text speaks to its reader, "" when it does not show or the language has one way only."""
    if language not in _FAMILIAR:
        return ""
    text = text[:_ADDRESS_CHARS]
    familiar = sum(1 for _ in _FAMILIAR[language].finditer(text))
    found = [match.start() for match in _FORMAL[language].finditer(text)]
    if not familiar:
        return "formal" if found else ""
    certain = sum(1 for at in found if not _SENTENCE_START.search(text[max(0, at - 8) : at]))
    return "familiar" if familiar >= certain else "formal"


def continued(language: str, text: str) -> str:
    """Return a message whose text goes on after the comma of its greeting as its language writes it."""
    if language != "de":
        return text
    return _SMALL_AFTER_COMMA.sub(lambda match: match["greeting"] + match["word"].lower(), text, count=1)


def salutation(language: str, name: str = "", answered: str = "") -> str:
    """Return a greeting line as formal as the text that is answered; languages without a table greet in English."""
    if language in _FORMAL_GREETINGS and address_of(language, answered) == "formal":
        whole = " ".join(word for word in clean_name(name).split() if "@" not in word)
        if whole:
            return _FORMAL_GREETINGS[language].format(name=whole)
    given = first_name(name)
    if given:
        return _GREETINGS.get(language, _GREETINGS[_DEFAULT]).format(name=given)
    return _GREETINGS_TO_NOBODY.get(language, _GREETINGS_TO_NOBODY[_DEFAULT])


def sign_off(language: str, name: str = "", answered: str = "") -> str:
    """Return closing words that fit the text that is answered, and the owner's name below, if there is one."""
    fitting = {"familiar": _FAMILIAR_CLOSINGS, "formal": _FORMAL_CLOSINGS, "": _CLOSINGS}[
        address_of(language, answered)
    ]
    words = fitting.get(language) or _CLOSINGS.get(language, _CLOSINGS[_DEFAULT])
    signed = clean_name(name)
    return f"{words},\n{signed}" if signed and language != "de" else f"{words}\n{signed}".rstrip()


def plain_subject(subject: str) -> str:
    """Return a subject without reply marks, list names and final stops, "" when it only greets."""
    line = " ".join(subject.split())
    marks = r"(?i)^(?:(?:re|fwd?|aw|antw|wg|tr|rv|sv|vs|rif|réf|enc)\s?(?:\[\d{1,3}\])?\s?:\s*|\[[^\]]{1,30}\]\s*)+"
    line = re.sub(marks, "", line).strip(" .?!")
    return "" if _GREETING_SUBJECT.fullmatch(line) else line


def thanks_for_message(language: str, subject: str = "", answered: str = "") -> str:
    """Return a sentence of thanks, with the subject where the language has a word for "about".

    `answered` is the message that is thanked for: who says "du" is answered so. Without it the words are formal.
    """
    form = address_of(language, answered) if answered.strip() else "formal"
    fitting = {"familiar": _FAMILIAR_THANKS, "": _NEUTRAL_THANKS, "formal": _THANKS}[form]
    thanked = fitting.get(language) or _THANKS.get(language, _THANKS[_DEFAULT])
    about = _ABOUT.get(language if language in _THANKS else _DEFAULT, "")
    topic = plain_subject(subject)
    opening, closing = _QUOTES.get(language, ("\u201c", "\u201d"))
    return f"{thanked} {about} {opening}{topic}{closing}." if topic and about else f"{thanked}."
