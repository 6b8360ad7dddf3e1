"""What stands around a reply: the right person greeted, the owner's name below, the original quoted. Pure.

All of it comes from headers and the language of the mail, never from a model.
"""

import html
import itertools
import re
from datetime import datetime

import nh3
from lxml import html as lxml_html

from core.drafts import Value
from core.text.called import given_name_greeted, greeted_before, signed_name, signs_alone, signs_with_family
from core.text.forms import NAME_WORD, without_accents
from core.text.html_text import MAX_QUOTED_CHARS, visible_tree
from core.text.language import detect_language
from core.text.lexicon import pattern_beside, phrases_beside
from core.text.salutations import Address as FormOfAddress
from core.text.salutations import (
    Called,
    address_of,
    clean_name,
    closing,
    greeting,
    is_desk,
    is_person,
    is_title,
    plain_titles,
    with_titles,
    with_whole_title,
    words_of_address,
)
from core.writing.grounded.asked import Asking, greets_familiarly
from core.writing.house_style import fits
from integrations.mail.message.addresses import Address
from integrations.mail.message.message import MailMessage
from integrations.mail.message.quotes import split_text
from integrations.mail.message.senders import is_role
from integrations.mail.message.signature import is_closing

_COMPANY = pattern_beside(__file__, "companies", r"\b", r"(?:\b|\.)|\.\w|[|/\\@\d]")
_TITLES = frozenset(phrases_beside(__file__, "titles"))
# What follows a person's name, in the name that a mail shows: a company, a list, a department.
_BESIDE_NAME = pattern_beside(__file__, "beside_names")


# From here on scripts do not tell given from family name by their order.
_FIRST_IDEOGRAPH = "\u2e80"
_MAX_QUOTED_CHARS = 100_000
_TAG_NAMES = (
    "a b blockquote br caption code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s small span strong sub sup table tbody"
    " td tfoot th thead tr u ul"
)
_TAGS = set(_TAG_NAMES.split())
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
# With a date, and without one. {sender} is a name with its address.
_ATTRIBUTIONS = {
    "en": ("On {date:%Y-%m-%d} at {date:%H:%M}, {sender} wrote:", "{sender} wrote:"),
    "de": ("Am {date:%d.%m.%Y} um {date:%H:%M} schrieb {sender}:", "{sender} schrieb:"),
    "fr": ("Le {date:%d/%m/%Y} à {date:%H:%M}, {sender} a écrit :", "{sender} a écrit :"),
    "es": ("El {date:%d/%m/%Y} a las {date:%H:%M}, {sender} escribió:", "{sender} escribió:"),
    "it": ("Il giorno {date:%d/%m/%Y} alle {date:%H:%M}, {sender} ha scritto:", "{sender} ha scritto:"),
    "nl": ("Op {date:%d-%m-%Y} om {date:%H:%M} schreef {sender}:", "{sender} schreef:"),
    "pt": ("Em {date:%d/%m/%Y} às {date:%H:%M}, {sender} escreveu:", "{sender} escreveu:"),
    "sv": ("Den {date:%Y-%m-%d} kl. {date:%H:%M} skrev {sender}:", "{sender} skrev:"),
    "pl": ("W dniu {date:%d.%m.%Y} o {date:%H:%M} {sender} pisze:", "{sender} pisze:"),
    "ja": ("{date:%Y/%m/%d} {date:%H:%M} {sender} のメール:", "{sender} のメール:"),
    "zh": ("在 {date:%Y-%m-%d} {date:%H:%M},{sender} 写道:", "{sender} 写道:"),
}


class Frame(Value):
    """The first line of a reply and its last two; `signature` is "" when the owner's name is not known.

    `formal` says that the reply speaks formally, as German `Sie`; `greeted` that its greeting was used before.
    """

    greeting: str
    closing: str
    signature: str
    formal: bool = False
    greeted: bool = False


def reply_frame(message: MailMessage, owner: Address, language: str, greeted: str = "") -> Frame:
    """Return greeting, closing and signature of a reply to this mail.

    Args:
        message: the mail that is answered; its sender is greeted by first name, a role address without name.
        owner: the person who answers.
        language: ISO code; languages without forms of their own get English.
        greeted: the line by which the owner greeted the sender before; it stays, unless the mail speaks otherwise.
    """
    message = spelled_as_signed(message)
    shown = form_shown(message, owner, language)
    greeted = greeted_before(language, message.sender.name, message.text, [greeted])
    form = shown or form_of_greeting(language, greeted, first_name(message)) or form_without_signs(language)
    called = _called(_plainly_titled(message, language))
    if given_name_greeted(split_text(message.text).new_text, owner.name):
        called = Called(called.given)
    stays = greeted and fits(greeted, shown, language, message.sender.name)
    return Frame(
        greeting=greeted if stays else greeting(language, form, called),
        closing=closing(language, form, message.text),
        signature=full_name(owner),
        formal=form == "formal",
        greeted=bool(stays),
    )


def _plainly_titled(message: MailMessage, language: str) -> MailMessage:
    """Return a mail whose sender has the titles that a greeting in that language says."""
    name = with_whole_title(language, plain_titles(message.sender.name))
    sender = message.sender.model_copy(update={"name": name})
    return message.model_copy(update={"sender": sender})


def spelled_as_signed(message: MailMessage) -> MailMessage:
    """Return a mail with its sender's name as they sign, where only accents differ: "Ines Ortega", signed "Inés"."""
    said, sender = split_text(message.text), message.sender
    signed = signed_name(f"{said.new_text}\n\n{said.signature}", sender.name)
    accented = {without_accents(word.casefold()): word for word in NAME_WORD.findall(signed) if not word.isascii()}

    def spelled(word: re.Match[str]) -> str:
        signed = accented.get(word[0].casefold(), "")
        # Who signs in capitals writes accents, and is not greeted in capitals.
        return (signed.title() if signed.isupper() else signed) or word[0]

    name = sender.name if "@" in sender.name else NAME_WORD.sub(spelled, sender.name)
    return message.model_copy(update={"sender": sender.model_copy(update={"name": name})})


def form_shown(message: MailMessage, reader: Address, language: str) -> FormOfAddress:
    """Return how a mail speaks to its reader: by its new text, else its quotes or its subject; "" where none shows."""
    said = split_text(message.text)
    text = f"{said.new_text}\n\n{said.signature}"
    found = address_of(language, said.new_text) or form_of_greeting(language, text, full_name(reader).partition(" ")[0])
    return found or address_of(language, message.text.strip() or message.subject)


def form_of_greeting(language: str, text: str, given: str) -> FormOfAddress:
    """Return the form in which a text greets who has that given name, "" where its greeting shows none."""
    return address_of(language, text) or ("familiar" if greets_familiarly(text, given, Asking(language)) else "")


def form_without_signs(language: str) -> FormOfAddress:
    """Return the form for a reader of whom nothing is known: formal, in languages with two."""
    return "formal" if words_of_address(language) else ""


def _called(message: MailMessage) -> Called:
    """Return how to call the sender, with the titles that headers or signature give them before their name."""
    given = first_name(message)
    whole = [*itertools.chain(*_sender(message))] or name_below(message).split()
    family = whole[-1] if len(whole) > 1 and given.split()[-1:] != whole[-1:] else ""
    places = f"{message.sender.name}\n{split_text(message.text).signature}"
    titled = r"(?<!\w)((?:[^\W\d_]{1,15}\.?[ -]{1,3}){1,6})"
    before = re.search(rf"{titled}{re.escape(given.split()[0])}\b", places) if given else None
    titles = " ".join(word for word in before[1].split() if is_title(word)) if before else ""
    if titles and len(whole) == 1:  # "Frau Zierold"
        given, family = "", given
    return with_titles(Called(given, family), titles)


def first_name(message: MailMessage) -> str:
    """Return the name to greet the sender by, "" when there is none that is safe.

    It comes from the display name, else from an address like ann.lee@, else from the signature. A double
    first name (`Jo Ann` of `Jo Ann Hill`) is kept when the sender signs with it alone.
    """
    given, family = _sender(message)
    signed = name_below(message)
    if not given or _is_initial(given[0]):
        return signed.partition(" ")[0]
    parts = [word.lower() for word in [*given, *family]]
    signed_words = signed.lower().split()
    is_double = len(signed_words) > 1 and signed_words[-1] != parts[-1] and set(signed_words) <= set(parts)
    if is_double and signed_words[0] == parts[0]:
        return " ".join(word for word in given + family if word.lower() in signed.lower().split())
    if "," in message.sender.name:
        return " ".join(given)
    return given[0] if given[0] < _FIRST_IDEOGRAPH else " ".join(given + family)


def _sender(message: MailMessage) -> tuple[list[str], list[str]]:
    """Return given and family names of a sender; where the mail shows a firm, a trade or a place, as they sign."""
    given, family = _person(message.sender)
    said, (before, comma, _) = split_text(message.text), message.sender.name.partition(",")
    below = f"{said.new_text}\n\n{said.signature}".rstrip()
    if comma or len([*given, *family]) > 2:
        # More than a person's name: whoever it is stands in the last line, whatever closes the mail.
        below = "\n\n".join(filter(None, below.rpartition("\n")[::2]))
    signed = _names(signed_name(below, message.sender.name))
    signed = [] if signs_with_family(" ".join(signed), message.sender.name) else signed
    shown, signs = ([word.casefold() for word in words] for words in ([*given, *family], signed))
    is_other = bool(signed) and not is_role(message.sender) and not {*signs} & {*shown}
    is_part = len(signed) == 2 and len(shown) > 2 and {*signs} <= {*shown}
    is_firm_before = comma and len(before.split()) > 1
    if is_other or (is_part and (signs[-1] == shown[-1] or is_firm_before)):
        return signed[:1], signed[1:]
    if len(signed) == 1 and is_firm_before and before.split()[0] == signed[0]:
        return signed, _names(before)[1:]
    # A name that may be a firm's or a place's is a person's where it stands in the address so, or below the mail.
    parts = re.split(r"[._]+", message.sender.local_part)
    is_shown = (
        is_person(" ".join([*given, *family]))
        or is_person(message.sender.name)
        or (bool(shown) and len(parts) > 1 and {*shown} <= {*parts})
        or (len(shown) > 1 and len(signed) == 1 and signed[0] == given[0])
    )
    return (given, family) if is_shown else ([], [])


def full_name(person: Address) -> str:
    """Return a person's name, given name first, "" when there is none that is safe."""
    given, family = _person(person)
    return " ".join(f"{word}." if _is_initial(word) else word for word in given + family)


def _person(person: Address) -> tuple[list[str], list[str]]:
    """Return given and family names, both empty for a role, a company, or an address that tells nothing."""
    name = _BESIDE_NAME.sub(" ", person.name).strip(" '")
    one_word = name.replace(" ", "").lower()
    if "." in name and one_word == person.local_part:
        name = ""
    company = one_word in person.domain.split(".") or _COMPANY.search(name)
    if name and (company or is_desk(name)):
        return [], []
    if not name:
        words = re.split(r"[._]+", re.sub(r"(?<!\d)\d++$", "", person.local_part.partition("+")[0]))
        words = [word for word in words if word]
        if len(words) < 2 or len(words[0]) < 2 or is_role(person) or not all(map(str.isalpha, words)):
            return [], []
        return [words[0].title()], [word.title() for word in words[1:] if len(word) > 1]
    told = clean_name(name)
    if "," in name and "," not in told and len(name.split()) > len(told.split()) + 1:
        name = told  # "Museum Torfhaus, Dr. Ahlers"
    surname, comma, rest = name.partition(",")
    given = _names(rest if comma else name)
    family = _names(surname) if comma else []
    if not given:
        return family[:1], family[1:]
    return (given, family) if comma else (given[:1], given[1:])


def _names(text: str) -> list[str]:
    """Return the names in a text, without titles and initials, each written as a name is."""
    text = re.sub(r"\([^()]*\)|\"[^\"]*\"", " ", text)
    words = [word for word in NAME_WORD.findall(text) if not (word.lower() in _TITLES or is_title(word))]
    long = [word for word in words if len(word) > 1]
    if len(long) < 2 and words and _is_initial(words[0]):
        long = words
    return [_written(word) for word in long or words]


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def _written(word: str) -> str:
    """Return a name with a capital, when it is all in small letters or all in capitals."""
    return word.title() if word.isascii() and (word.islower() or (word.isupper() and len(word) > 2)) else word


def name_below(message: MailMessage) -> str:
    """Return the name that the sender signed with, one or two words, "" when none is found, or it is a desk."""
    if is_role(message.sender):
        return ""
    lines = [line.strip(" -\u2014~,.\t") for line in split_text(message.text).signature.split("\n")]
    for line in lines[:3]:
        closing, _, behind = line.partition(",")
        line = behind.strip() if is_closing(closing) else line
        words = line.split()
        if not words or is_desk(line):
            continue
        if len(words) <= 2 and all(
            NAME_WORD.fullmatch(word.removesuffix(".")) and word[0].isupper() and word[1:].islower() for word in words
        ):
            is_shown = is_person(line) or signs_alone(message.sender.name, line)
            return line if is_shown and not signs_with_family(line, message.sender.name) else ""
    return ""


def attribution(original: MailMessage, language: str) -> str:
    """Return the line that says who wrote what stands below it. Unknown languages get English."""
    dated, undated = _ATTRIBUTIONS.get(language, _ATTRIBUTIONS["en"])
    sender = str(original.sender) or original.subject or "?"
    if original.date is None:
        return undated.format(sender=sender)
    return dated.format(sender=sender, date=_plain_date(original.date))


def mail_language(original: MailMessage) -> str:
    """Return the language of a mail by its new text, failing that by all of it, then its subject; "en" if unclear."""
    new_text = split_text(original.text).new_text
    return next(filter(None, map(detect_language, (new_text, original.text, original.subject))), "en")


def quoted_text(original: MailMessage) -> str:
    """Return the original's text with quote marks; deeper quotes keep theirs."""
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in _lines(original))


def quoted_html(original: MailMessage, announced: str) -> str:
    """Return the original as a quote in HTML: with the part of its markup that is safe, else its text, escaped."""
    cite = f' cite="mid:{html.escape(original.message_id.strip("<>"))}"' if original.message_id else ""
    return (
        f'<div class="gmail_quote"><div class="gmail_attr">{html.escape(announced)}</div>\n'
        f'<blockquote type="cite"{cite} style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">\n'
        + (quotable_html(original.html) or "<br>\n".join(_spaced(html.escape(line)) for line in _lines(original)))
        + "\n</blockquote></div>"
    )


def _spaced(line: str) -> str:
    """Keep what indents a line: HTML would swallow it."""
    content = line.lstrip(" \t")
    return "&nbsp;" * min(20, len(line) - len(content)) + content


def _lines(original: MailMessage) -> list[str]:
    text = original.text
    if len(text) > _MAX_QUOTED_CHARS:
        text = text[:_MAX_QUOTED_CHARS].rpartition("\n")[0] + "\n[...]"
    return text.split("\n")


def _plain_date(date: datetime) -> datetime:
    """Return the wall clock time of the sender, as it stood in the mail."""
    return date.replace(tzinfo=None)


def quotable_html(source: str) -> str:
    """Return an HTML mail as a fragment to be quoted; "" when it cannot be, and its text has to stand for it.

    Kept are paragraphs, lists, tables, emphasis and links of the web and to addresses. Pictures are left out, since
    most are somewhere else and tell that a mail was opened; what they show in words stays.
    """
    if not source or len(source) > MAX_QUOTED_CHARS:
        return ""
    try:
        shown = _shown(source)
    except ValueError:  # lxml moves no text that holds control characters; no mail program writes such
        return ""
    return nh3.clean(shown, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None).strip()


def _shown(source: str) -> str:
    """Return the HTML of what a person sees, with words in place of pictures, not yet safe."""
    tree = visible_tree(source)
    if tree is None:
        return ""
    for picture in list(tree.iter("img")):
        words = " ".join((picture.get("alt") or "").split())[:200]
        picture.tail = f"{words}{picture.tail or ''}"
        picture.drop_tree()
    return str(lxml_html.tostring(tree, encoding="unicode", with_tail=False))
