"""Greetings and closings by language. Code sets them from headers and profiles; a model never does."""

import re
import unicodedata

_GREETINGS = {
    "en": "Hi {name},", "de": "Hallo {name},", "fr": "Bonjour {name},", "es": "Hola, {name}:", "it": "Ciao {name},",
    "nl": "Hallo {name},", "pt": "Olá {name},", "sv": "Hej {name},", "pl": "Dzień dobry,", "da": "Hej {name},",
}  # fmt: skip
_GREETINGS_TO_NOBODY = {
    "en": "Hello,", "de": "Guten Tag,", "fr": "Bonjour,", "es": "Hola:", "it": "Buongiorno,", "nl": "Goedendag,",
    "pt": "Olá,", "sv": "Hej,", "pl": "Dzień dobry,", "da": "Hej,",
}  # fmt: skip
_CLOSINGS = {
    "en": "Best regards", "de": "Viele Grüße", "fr": "Cordialement", "es": "Un saludo", "it": "Cordiali saluti",
    "nl": "Met vriendelijke groet", "pt": "Cumprimentos", "sv": "Vänliga hälsningar", "pl": "Pozdrawiam",
    "da": "Venlig hilsen",
}  # fmt: skip
_THANKS = {
    "en": "Thank you for your message", "de": "Vielen Dank für Ihre Nachricht", "fr": "Merci pour votre message",
    "es": "Gracias por su mensaje", "it": "Grazie per il messaggio", "nl": "Dank voor uw bericht",
    "pt": "Obrigado pela sua mensagem", "sv": "Tack för ditt meddelande", "pl": "Dziękuję za wiadomość",
    "da": "Tak for din besked",
}  # fmt: skip
_ABOUT = {"en": "about", "de": "zu", "fr": "au sujet de", "es": "sobre"}
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


def salutation(language: str, name: str = "") -> str:
    """Return a greeting line; languages without a table greet in English."""
    given = first_name(name)
    if given:
        return _GREETINGS.get(language, _GREETINGS[_DEFAULT]).format(name=given)
    return _GREETINGS_TO_NOBODY.get(language, _GREETINGS_TO_NOBODY[_DEFAULT])


def sign_off(language: str, name: str = "") -> str:
    """Return the closing words with the owner's name below; without a name only the words."""
    words = _CLOSINGS.get(language, _CLOSINGS[_DEFAULT])
    signed = clean_name(name)
    return f"{words},\n{signed}" if signed and language != "de" else f"{words}\n{signed}".rstrip()


def plain_subject(subject: str) -> str:
    """Return a subject without reply marks, list names and final stops."""
    line = " ".join(subject.split())
    return re.sub(r"(?i)^(?:(?:re|fwd?|aw|wg|tr|rv)\s*:\s*|\[[^\]]{1,30}\]\s*)+", "", line).strip(" .?!")


def thanks_for_message(language: str, subject: str = "") -> str:
    """Return a sentence of thanks, with the subject where the language has a word for "about"."""
    thanked = _THANKS.get(language, _THANKS[_DEFAULT])
    about = _ABOUT.get(language if language in _THANKS else _DEFAULT, "")
    topic = plain_subject(subject)
    opening, closing = _QUOTES.get(language, ("\u201c", "\u201d"))
    return f"{thanked} {about} {opening}{topic}{closing}." if topic and about else f"{thanked}."
