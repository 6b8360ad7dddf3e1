"""The house style around a message: the register of its greeting, its closing words, and the signature of a mail.

What the person set, or is used to, stays where its register is that of the house; a signature of their own takes the
place of the house's.
"""

import re
from collections.abc import Mapping
from typing import Any

from core.drafts import Draft, JsonObject, without_signature
from core.policies.style import LanguageRules
from core.recipes.model import Recipe
from core.text.called import salutation, short_name
from core.text.forms import holds_contact
from core.text.language import detect_language
from core.text.salutations import Address, address_of, clean_name, read_name, sign_off

_READERS = ("sender_name", "recipient_name")
# Beside the main input, what may tell the language of a message.
_TELLING = ("usual_greeting", "usual_closing", "thread", "subject", "instruction")
# A field of which nothing is known goes with the mark that parts it from the others: "{name}, {title}".
_PARTS = re.compile(r"[ \t]{0,4}[,;|/\u00b7\u2022][ \t]{0,4}|[ \t]{1,4}[\u2013\u2014-][ \t]{1,4}")
# Who signs with more than closing words and a name has a signature of their own.
_MIN_OWN_LINES = 3


def is_message(recipe: Recipe) -> bool:
    """Tell whether a recipe writes messages: texts with a greeting and a closing."""
    return recipe.output.format == "text" and all(map(recipe.input_named, ("greeting", "closing")))


def message_language(recipe: Recipe, given: Mapping[str, str]) -> str:
    """Return the language that a message will be in, as far as its inputs tell."""
    texts = (given.get(name, "") for name in (recipe.main_input, *_TELLING))
    return recipe.language_for(*texts)


def with_house_frame(recipe: Recipe, inputs: Mapping[str, Any]) -> JsonObject:
    """Return the inputs of a message with greeting and closing as the house style wants them."""
    if not recipe.house or not is_message(recipe):
        return dict(inputs)
    given = {name: value for name, value in inputs.items() if isinstance(value, str)}
    language = message_language(recipe, given)
    rules = recipe.house.of(language)
    main = recipe.input_named(recipe.main_input)
    answered = given.get(recipe.main_input, "") if main and main.foreign else ""
    frame = {**_greetings(rules, language, given, answered), **_closing(rules, language, given, answered)}
    return {**inputs, **{name: value for name, value in frame.items() if recipe.input_named(name)}}


def _greetings(rules: LanguageRules, language: str, given: Mapping[str, str], answered: str) -> dict[str, str]:
    reader = next((given[name] for name in _READERS if given.get(name)), "")
    own, usual = given.get("greeting", ""), given.get("usual_greeting", "")
    found = {} if fits(own, rules.address, language, reader) else {"greeting": ""}
    if rules.greeting.value:
        name = short_name(reader, answered)
        name = clean_name(reader) if name and rules.address == "formal" else name
        line = rules.greeting.value.replace("{name}", name)
        return {
            **found,
            "usual_greeting": line if name else rules.greeting.value.replace(" {name}", "").replace("{name}", ""),
        }
    if rules.address and not (usual and fits(usual, rules.address, language, reader)):
        return {**found, "usual_greeting": salutation(language, reader, answered, rules.address)}
    return found


def _closing(rules: LanguageRules, language: str, given: Mapping[str, str], answered: str) -> dict[str, str]:
    if not (rules.closing.value or rules.address):
        return {}
    owner = given.get("owner_name", "")
    if not rules.closing.value:
        return {"usual_closing": sign_off(language, owner, answered, rules.address)}
    _, _, name = sign_off(language, owner).partition("\n")
    return {"usual_closing": "\n".join(filter(None, (rules.closing.value, name)))}


def fits(greeting: str, address: Address, language: str, reader: str) -> bool:
    """Tell whether a greeting is in a register, as far as it shows: by its words, and by which name it calls."""
    if not greeting or not address:
        return True
    if (shown := address_of(language, greeting)) and shown != address:
        return False
    called, words = read_name(reader), re.findall(r"[\w'\u2019-]+", greeting)
    if address == "formal":
        return not (called.given in words and called.family and called.family not in words)
    return not (called.family and called.family in words)


def signed(draft: Draft, recipe: Recipe, inputs: Mapping[str, Any]) -> Draft:
    """Return the draft of a mail with the signature of the house style at its end, once.

    It takes the place of the owner's name there. Who has a signature of their own keeps it.
    """
    if (
        not recipe.house
        or not is_message(recipe)
        or not draft.text
        or has_own_signature(str(inputs.get("closing") or ""))
    ):
        return draft
    given = {name: value for name, value in inputs.items() if isinstance(value, str)}
    language = detect_language(draft.text) or message_language(recipe, given)
    name = given.get("owner_name", "")
    block = filled(recipe.house.of(language).signature.value, name, given.get("owner_role", ""))
    if not block:
        return draft
    name = clean_name(name)
    others = tuple(_with_block(text, block, name) for text in draft.alternatives)
    below = "\n".join(line for line in block.split("\n") if line != name)
    return draft.model_copy(
        update={"text": _with_block(draft.text, block, name), "alternatives": others, "signature": below}
    )


def has_own_signature(closing: str) -> bool:
    """Tell whether a closing is more than closing words and a name."""
    lines = [line for line in closing.splitlines() if line.strip()]
    return len(lines) >= _MIN_OWN_LINES or holds_contact(closing)


def filled(signature: str, name: str, title: str) -> str:
    """Return a signature with what is known of the person; a line of which nothing is left goes."""
    known = {"name": clean_name(name), "title": " ".join(title.split())}
    lines = [_filled_line(line, known) for line in signature.splitlines()]
    kept = (line for line, written in zip(lines, signature.splitlines(), strict=True) if line or not written.strip())
    return "\n".join(kept).strip("\n")


def _filled_line(line: str, known: Mapping[str, str]) -> str:
    if _is_known(line, known):
        return _put(known, line).rstrip()
    parts, marks = _PARTS.split(line), _PARTS.findall(line)
    kept = [at for at, part in enumerate(parts) if _is_known(part, known)]
    joined = "".join(f"{marks[at - 1] if at and at != kept[0] else ''}{parts[at]}" for at in kept)
    return _put(known, joined).strip()


def _is_known(text: str, known: Mapping[str, str]) -> bool:
    return all(value or f"{{{name}}}" not in text for name, value in known.items())


def _put(known: Mapping[str, str], text: str) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _with_block(text: str, block: str, name: str) -> str:
    # "Tom Fox, CFO" is the name, too.
    body = without_signature(text, f"{block}\n{name}" if name in block else block)
    taken = text.rstrip()[len(body) :]
    between = "\n" if taken.removeprefix("\n")[:1].strip() else "\n\n"
    return f"{body}{between}{block}"
