"""Modals from recipes and back: typed inputs to Block Kit, submitted values to inputs, errors beside fields. Pure.

Limits: https://docs.slack.dev/reference/views (titles 24 characters, metadata 3,000) and text inputs of 3,000.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from core.recipes.inputs import most_chars
from core.recipes.model import ASK, CHAT, Recipe, RecipeInput
from core.sources.facts import MAX_NAME_CHARS, MAX_TEXT_CHARS, StandingFact
from core.text.catalogues import N_, gettext, told
from integrations.slack.request import private_metadata
from integrations.slack.views.blocks import Block, button, context, section, shorten, split_exactly
from integrations.slack.views.mrkdwn import escape

MAX_TITLE_CHARS = 24
MAX_INPUT_CHARS = 3000
MAX_EDIT_PART_CHARS = 2900
MAX_EDIT_PARTS = 20
FIELD = "value"
# Bold as Slack writes it: one star before and behind words of one line.
_BOLD = re.compile(r"(?<![*\w])\*(?P<words>[^\s*](?:[^*\n]{0,200}[^\s*])?)\*(?![*\w])")

RECIPE_VIEW = "recipe"
EDIT_VIEW = "edit"
POST_TO_VIEW = "post_to"
CHANGE_VIEW, CHANGE_FIELD = "change", "wish"
FEEDBACK_VIEW = "feedback"
SETTINGS_VIEW = "settings"
FACT_VIEW = "fact"
CHOOSE = "choose_recipe"

REASONS = {
    "wrong": "Something in it is wrong",
    "missing": "Something is missing",
    "tone": "Wrong tone",
    "long": "Too long",
    "short": "Too short",
    "not_needed": "I did not need it",
}
SETTINGS = {"language": "Language to translate into", "tone": "Tone", "closing": "Signature"}
EXAMPLES = "examples"
MAY_SERVE = "My accepted drafts may serve others as examples"

# Filled in from the profile and settings of the person and from the thread, so no form asks for them.
FILLED_IN = frozenset({"owner_name", "closing", "thread"})
# What only a mail has: no form asks for it where a chat message is written.
OF_MAILS = frozenset({"subject", "greeting"})


def plain(text: str, limit_chars: int = 75) -> Block:
    """Return a plain text object."""
    return {"type": "plain_text", "text": shorten(told(text), limit_chars) or " ", "emoji": False}


def modal(title: str, blocks: Sequence[Block], *, callback_id: str = "", submit: str = "", data: Any = None) -> Block:
    """Return a modal view. `data` comes back with it."""
    view: Block = {
        "type": "modal",
        "title": plain(title, MAX_TITLE_CHARS),
        "close": plain("Close"),
        "blocks": list(blocks),
    }
    if callback_id:
        view["callback_id"] = callback_id
    if submit:
        view["submit"] = plain(submit, MAX_TITLE_CHARS)
    if data is not None:
        view["private_metadata"] = json.dumps(data, separators=(",", ":"))
    return view


def loading_modal(title: str) -> Block:
    """Return what is shown while the content of a modal is fetched: a trigger lives three seconds."""
    return modal(title, [section(gettext(":hourglass_flowing_sand: One moment…"))])


def notice_modal(title: str, text: str) -> Block:
    """Return a modal that only says something, in mrkdwn."""
    return modal(title, [section(told(text))])


def chooser_modal(recipes: Mapping[str, Recipe], data: Mapping[str, Any], note: str = "") -> Block:
    """Return the list of recipes, each with a button; `note` says of those without one what they need."""
    blocks = [
        {**section(_described(recipe)), "accessory": button("Choose", f"{CHOOSE}:{name}", name)}
        for name, recipe in recipes.items()
    ]
    shown = blocks[:90] or [section(gettext("No recipe is installed for Slack."))]
    return modal("Inlaid", [*shown, *([context(escape(note))] if note else ())], data=dict(data))


def recipe_modal(recipe: Recipe, data: Mapping[str, Any], values: Mapping[str, str] | None = None) -> Block:
    """Return the form of a recipe.

    Args:
        recipe: whose inputs become fields.
        data: comes back with the form.
        values: what is filled in already.
    """
    filled = values or {}
    left_out = FILLED_IN | (OF_MAILS if recipe.input_named(CHAT) and not data.get("mail") else frozenset())
    fields = [field for field in recipe.asked_inputs if field.name not in left_out]
    fields.sort(key=lambda field: field.name != recipe.main_input)
    blocks = [_field(field, filled.get(field.name, field.default)) for field in fields]
    if recipe.description:
        blocks.insert(0, section(escape(told(recipe.description))))
    submit = N_("Ask") if recipe.name == ASK else N_("Write")
    return modal(recipe.title, blocks, callback_id=RECIPE_VIEW, submit=submit, data={**data, "recipe": recipe.name})


def read_values(recipe: Recipe, view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by input name; fields that the recipe does not have are left out."""
    known = {recipe_input.name for recipe_input in recipe.inputs}
    return {name: value for name, value in _all_values(view).items() if name in known and value}


def edit_modal(text: str, data: Mapping[str, Any]) -> Block:
    """Return a form with the text to edit, in as many fields as Slack's limit asks for."""
    parts = split_exactly(text, MAX_EDIT_PART_CHARS)
    blocks = [
        _input(f"part{number}", "Your text" if len(parts) == 1 else f"Part {number + 1}", _text_input(part, True))
        for number, part in enumerate(parts[:MAX_EDIT_PARTS])
    ]
    rest = "".join(parts[MAX_EDIT_PARTS:])
    if rest:
        blocks.append(section(gettext("The rest of this long text stays as it is.")))
    # A text field drops white space at its ends, and with it the space between two parts.
    gaps = [part[len(part.rstrip()) :] for part in parts[:MAX_EDIT_PARTS]]
    return modal("Edit", blocks, callback_id=EDIT_VIEW, submit="Use this text", data={**data, "gaps": gaps})


def read_edited(view: Mapping[str, Any], original: str) -> str:
    """Return the edited text of `edit_modal`, with what did not fit into the form."""
    values = _all_values(view)
    known = private_metadata(view).get("gaps")
    gaps = [gap if isinstance(gap, str) else "" for gap in known] if isinstance(known, list) else []
    parts = [values[name] for number in range(MAX_EDIT_PARTS) if (name := f"part{number}") in values]
    texts = [part.rstrip() + gap for part, gap in zip_longest(parts, gaps[:MAX_EDIT_PARTS], fillvalue="")]
    texts = [_BOLD.sub(lambda match: _as_typed(match, original), text) for text in texts]
    return "".join([*texts, *split_exactly(original, MAX_EDIT_PART_CHARS)[MAX_EDIT_PARTS:]])


def change_modal(data: Mapping[str, Any], hint: str) -> Block:
    """Return the form that asks what should change in a draft; the hint names what can be done to it."""
    fields = [_input(CHANGE_FIELD, "What should change?", _text_input("", True), hint=hint)]
    return modal("Change the draft", fields, callback_id=CHANGE_VIEW, submit="Make it", data=dict(data))


def read_wish(view: Mapping[str, Any]) -> str:
    """Return what should change."""
    return _all_values(view).get(CHANGE_FIELD, "")


def _as_typed(match: re.Match[str], original: str) -> str:
    """Return words that a person made bold as they do in Slack, as bold in Markdown, which is what drafts are."""
    return match[0] if match[0] in original else f"**{match['words']}**"


def post_to_modal(data: Mapping[str, Any], doubt: str = "") -> Block:
    """Return the form that asks for a conversation, with what speaks against posting the draft as it is.

    Conversations between people alone are left out: the app is in none of them, and could not post there.
    """
    element = {
        "type": "conversations_select",
        "action_id": FIELD,
        "placeholder": plain("Choose a conversation"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    fields = [_input("conversation", "Where to?", element)]
    if doubt:
        fields.append(context(f":warning: {escape(doubt)}"))
    return modal("Post to", fields, callback_id=POST_TO_VIEW, submit="Post", data=dict(data))


def feedback_modal(data: Mapping[str, Any]) -> Block:
    """Return the form that asks why an answer was not good."""
    options = [_option(value, text) for value, text in REASONS.items()]
    reasons = {"type": "checkboxes", "action_id": FIELD, "options": options}
    blocks = [
        _input("reasons", "What was wrong?", reasons, optional=True),
        _input("words", "In your words", _text_input("", True), optional=True),
    ]
    return modal("Feedback", blocks, callback_id=FEEDBACK_VIEW, submit="Send", data=dict(data))


def read_feedback(view: Mapping[str, Any]) -> tuple[list[str], str]:
    """Return the chosen reasons and the person's own words."""
    values = _all_values(view)
    return [reason for reason in values.get("reasons", "").split(",") if reason in REASONS], values.get("words", "")


def settings_modal(profile: Mapping[str, str], usable: Mapping[str, Sequence[str]], *, shares_examples: bool) -> Block:
    """Return the form of a person's settings.

    Args:
        profile: what is set.
        usable: the settings that recipes use, each with its choices; none for free text.
        shares_examples: whether the person's accepted drafts may serve others as examples.
    """
    blocks = [
        _input(name, SETTINGS[name], _setting(choices, profile.get(name, "")), optional=True)
        for name, choices in usable.items()
    ]
    blocks.append(_input(EXAMPLES, "Learning", _flag(MAY_SERVE, "yes" if shares_examples else ""), optional=True))
    return modal("Settings", blocks, callback_id=SETTINGS_VIEW, submit="Save")


def fact_modal() -> Block:
    """Return the form of a standing fact."""
    phrases = _text_input("", False, 1000)
    hint = N_("Separated by commas, such as: calendar link, book a call")
    blocks = [
        _input("name", "What it is called", _text_input("", False, MAX_NAME_CHARS), hint="For example: booking link"),
        _input("text", "What a draft may say", _text_input("", True, MAX_TEXT_CHARS)),
        _input("phrases", "Other words that people use for it", phrases, optional=True, hint=hint),
    ]
    return modal("Standing fact", blocks, callback_id=FACT_VIEW, submit="Keep it")


def read_fact(view: Mapping[str, Any]) -> StandingFact:
    """Return the fact that was entered, for the person themselves."""
    values = _all_values(view)
    return StandingFact(values.get("name", ""), values.get("text", ""), tuple(values.get("phrases", "").split(",")))


def read_settings(view: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Return the settings that were chosen, and whether accepted drafts may serve others as examples."""
    values = _all_values(view)
    return {name: values[name] for name in SETTINGS if values.get(name)}, values.get(EXAMPLES) == "yes"


def _setting(choices: Sequence[str], value: str) -> Block:
    return _select({choice: choice for choice in choices}, value) if choices else _text_input(value, True, 500)


def _described(recipe: Recipe) -> str:
    return f"*{escape(told(recipe.title))}*" + (f"\n{escape(told(recipe.description))}" if recipe.description else "")


def _field(wanted: RecipeInput, value: str) -> Block:
    makers: dict[str, Callable[[], Block]] = {
        "text": lambda: _text_input(value, True, most_chars(wanted)),
        "choice": lambda: _select({choice: choice for choice in wanted.choices}, value),
        "flag": lambda: _flag(wanted.title, value),
        "number": lambda: {"type": "number_input", "action_id": FIELD, "is_decimal_allowed": True},
        "channel": lambda: {"type": "conversations_select", "action_id": FIELD},
        "date": lambda: {"type": "datepicker", "action_id": FIELD},
        # Somebody whose words came from outside is rarely a member of the workspace.
        "person": lambda: _text_input(value, False) if wanted.foreign else {"type": "users_select", "action_id": FIELD},
    }
    element = makers.get(wanted.type, lambda: _text_input(value, False, most_chars(wanted)))()
    return _input(wanted.name, wanted.title, element, optional=not wanted.required, hint=wanted.help)


def _input(block_id: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    made = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": plain(hint, 2000)} if hint else made


def _text_input(value: str, multiline: bool, max_chars: int = 0) -> Block:
    limit = min(max_chars or MAX_INPUT_CHARS, MAX_INPUT_CHARS)
    made: Block = {"type": "plain_text_input", "action_id": FIELD, "multiline": multiline, "max_length": limit}
    return {**made, "initial_value": value[:limit]} if value else made


def _select(options: Mapping[str, str], value: str) -> Block:
    listed = [_option(key, text) for key, text in options.items()][:100]
    made: Block = {"type": "static_select", "action_id": FIELD, "options": listed}
    return {**made, "initial_option": _option(value, options[value])} if value in options else made


def _flag(title: str, value: str) -> Block:
    made: Block = {"type": "checkboxes", "action_id": FIELD, "options": [_option("yes", title)]}
    return {**made, "initial_options": made["options"]} if value.casefold() in {"yes", "true", "on", "1"} else made


def _option(value: str, text: str) -> Block:
    return {"text": plain(text), "value": value[:150]}


def _all_values(view: Mapping[str, Any]) -> dict[str, str]:
    """Return the state of a view as text by block id; several choices are joined with commas."""
    values = _object(_object(view.get("state")).get("values"))
    return {
        block_id: _state_value(_object(next(iter(_object(fields).values()), {}))) for block_id, fields in values.items()
    }


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _state_value(field: Mapping[str, Any]) -> str:
    if isinstance(chosen := field.get("selected_options"), list):
        return ",".join(str(_object(option).get("value", "")) for option in chosen)
    if one := _object(field.get("selected_option")):
        return str(one.get("value", ""))
    for key in ("value", "selected_user", "selected_conversation", "selected_date"):
        if field.get(key):
            return str(field[key])
    return ""
