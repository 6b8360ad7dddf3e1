"""What stands around a reply: its language, and the greeting and closing that message and thread show."""

import re
from collections.abc import Mapping, Sequence

from core.recipes.model import Recipe
from core.text.called import given_name_greeted, greeted_before, salutation, short_name, signed_greeting
from core.text.forms import WORD
from core.text.language import detect_language
from core.text.salutations import Called, address_of, greeting, is_desk, is_title, sign_off
from core.writing.grounded.occasions import is_complaint
from core.writing.grounded.threads import (
    EarlierMessage,
    ThreadPeople,
    called_another,
    messages_of,
    own_part,
    third_names,
)

_MAX_GREETING_CHARS, _SIGNED_WORDS = 60, 4
_FRAME = ("greeting", "closing", "usual_greeting", "usual_closing")


def language_of(recipe: Recipe, values: Mapping[str, str]) -> str:
    """Return the language of the reply: that of the message, else of what else is known, else of its writer."""
    frame_lines = "\n".join(values.get(name, "") for name in _FRAME)
    others = (values.get(name, "") for name in ("thread", "subject", "instruction"))
    texts = (values[recipe.main_input], frame_lines, *others)
    return recipe.language_for(*texts)


def with_frame(recipe: Recipe, values: Mapping[str, str], language: str) -> Mapping[str, str]:
    """Return the values with the greeting that the thread shows, and a closing where their language is not clear."""
    values = _signed_as_in_thread(_greeted_as_in_thread(recipe, values, language), values[recipe.main_input], language)
    # How others greet and sign in what the sender forwards or answers tells nothing of the sender.
    message, _ = own_part(values[recipe.main_input], values.get("sender_name", ""))
    given = given_name_greeted(message, values.get("owner_name", ""))
    name = short_name(values.get("sender_name", ""), message) if given else ""
    if name and not values.get("usual_greeting"):
        # "Estimada Ana" calls somebody by the given name, and formally.
        address = address_of(language, re.split(r"[,:!\n]", message.lstrip(), maxsplit=1)[0])
        values = {**values, "usual_greeting": greeting(language, address, Called(name))}
    if not values.get("usual_greeting") and _is_stiff(language, values.get("subject", ""), message, values):
        name = values.get("sender_name", "")
        values = {**values, "usual_greeting": salutation(language, name, message, "formal")}
    if detect_language(values[recipe.main_input]) or language == "en":
        return values
    names = (("usual_greeting", salutation, "sender_name"), ("usual_closing", sign_off, "owner_name"))
    known = {place: write(language, values.get(name, "")) for place, write, name in names if recipe.input_named(place)}
    return {**known, **{name: value for name, value in values.items() if value or name not in known}}


def _greeted_as_in_thread(recipe: Recipe, values: Mapping[str, str], language: str) -> Mapping[str, str]:
    """Return the values with the greeting by which the sender was greeted before, else by how they sign."""
    if values.get("greeting") or recipe.house.of(language).greeting.value:
        return values
    name, message, thread = (values.get(name, "") for name in ("sender_name", recipe.main_input, "thread"))
    said, below = own_part(message, name)
    people = ThreadPeople(values.get("owner_name", ""), name)
    earlier = thread.strip() or below
    written = messages_of(earlier, people)
    own, roles = _to_sender(written, people), {people.role_of(mail.who) for mail in written}
    # Whom the owner alone wrote to once may be another than who writes now.
    is_known = roles <= {"owner", "sender"} and ("sender" in roles or len(own) > 1)
    address = recipe.house.of(language).address or address_of(language, said)
    found = greeted_before(language, name, said, own, is_known=is_known)
    if (
        not found
        and not values.get("usual_greeting")
        and not _is_stiff(language, values.get("subject", ""), said, values)
    ):
        found = signed_greeting(language, address, name, _without_call_below(said, people))
    return {**values, "usual_greeting": found} if found else values


def _signed_as_in_thread(values: Mapping[str, str], message: str, language: str) -> Mapping[str, str]:
    """Return the values with a closing by the person of a name that holds a firm, too.

    Which of its parts that is, the owner's earlier messages tell by how they end, and the message by whom it greets.
    """
    name = values.get("owner_name", "")
    people = ThreadPeople(name, values.get("sender_name", ""))
    own = (mail.text for mail in messages_of(values.get("thread", ""), people) if people.role_of(mail.who) == "owner")
    ends = [word for text in own for word in text.split()[-_SIGNED_WORDS:]]
    said = {*WORD.findall(" ".join([*ends, *message.split()[:_SIGNED_WORDS]]).casefold())}
    parts = [part for part in name.split(", ") if len(part.split()) > 1]
    called = [part for part in parts if said & {word for word in WORD.findall(part.casefold()) if not is_title(word)}]
    if (
        ", " not in name
        or "(" in name
        or any(map(str.isdigit, name))
        or len(called) != 1
        or is_desk(called[0])
        or values.get("usual_closing")
    ):
        return values
    return {**values, "usual_closing": sign_off(language, called[0], message)}


def _without_call_below(text: str, people: ThreadPeople) -> str:
    """Return a message without a last line that calls its reader ("Gracias Sr. Edwin"): nobody signs so."""
    rest, _, last = text.rstrip().rpartition("\n")
    owner, sender, said = ({*WORD.findall(words.casefold())} for words in (people.owner, people.sender, last))
    return rest if said & owner - sender and not said & sender else text


def _to_sender(written: Sequence[EarlierMessage], people: ThreadPeople) -> list[str]:
    """Return what the owner wrote, nothing that calls a third person or answers one without naming the sender."""
    names = {word for word in WORD.findall(people.sender.casefold()) if not is_title(word)}
    others, found = third_names(written, people), list[str]()
    for before, message in zip([None, *written], written, strict=False):
        begin = {*WORD.findall(message.text.strip()[:_MAX_GREETING_CHARS].casefold())}
        # "Dear Mrs Whitcombe" behind a mail of hers is not to her daughter Mrs Whitcombe-Foss.
        other = before.who if before and people.role_of(before.who) == "other" else ""
        answers_another = bool(other) and not (names - {*WORD.findall(other.casefold())}) & begin
        is_own = people.role_of(message.who) == "owner"
        if is_own and not (answers_another or called_another(message, others)):
            found.append(message.text)
    return found


def _is_stiff(language: str, subject: str, message: str, values: Mapping[str, str]) -> bool:
    """Tell whether a complaint shows no form of address: who complains is not greeted by the given name."""
    if language == "en" or address_of(language, message) or address_of(language, values.get("thread", "")):
        return False
    return is_complaint(language, subject, message)
