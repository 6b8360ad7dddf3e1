"""The interactive elements of Block Kit and their limits (docs.slack.dev/reference/block-kit/block-elements)."""

from tests.fakes.slack.shapes import Anything, ByType, Chars, Flag, Items, OneOf, Record, Shape, Text, Whole

MARKUP = ("plain_text", "mrkdwn")

CONFIRM = Record(
    {
        "title!": Text(100),
        "text!": Text(300, MARKUP),
        "confirm!": Text(30),
        "deny!": Text(30),
        "style": OneOf(("primary", "danger")),
    }
)
OPTION = Record({"text!": Text(75, MARKUP), "value!": Chars(150), "description": Text(75, MARKUP), "url": Chars(3000)})
OPTION_GROUP = Record({"label!": Text(75), "options!": Items(OPTION, 100)})
DISPATCH = Record({"trigger_actions_on": Items(OneOf(("on_enter_pressed", "on_character_entered")), 2)})
FILTER = Record(
    {
        "include": Items(OneOf(("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    one_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
OPTIONS = Items(OPTION, 100)
GROUPS = Items(OPTION_GROUP, 100)


def element(kind: str, fields: dict[str, Shape], **rules: tuple[str, ...]) -> Record:
    """Return the shape of an interactive element: what all have, and its own fields."""
    everyone: dict[str, Shape] = {"type!": OneOf((kind,)), "action_id": Chars(255)}
    return Record({**everyone, **fields}, **rules)


def menu(kind: str, fields: dict[str, Shape], **rules: tuple[str, ...]) -> Record:
    """Return the shape of a select menu; one that starts with `multi_` may limit the number of choices."""
    several: dict[str, Shape] = {"max_selected_items": Whole(1)} if kind.startswith("multi_") else {}
    shared: dict[str, Shape] = {"placeholder": Text(150), "confirm": CONFIRM, "focus_on_load": Flag()}
    return element(kind, {**shared, **several, **fields}, **rules)


def pick(kind: str, fields: dict[str, Shape]) -> Record:
    """Return the shape of a date or time picker."""
    return element(kind, {"confirm": CONFIRM, "focus_on_load": Flag(), "placeholder": Text(150), **fields})


def written(kind: str, fields: dict[str, Shape]) -> Record:
    """Return the shape of an element that a person types into."""
    shared: dict[str, Shape] = {
        "placeholder": Text(150),
        "focus_on_load": Flag(),
        "dispatch_action_config": DISPATCH,
    }
    return element(kind, {**shared, **fields})


OWN_OPTIONS = {"one_of": ("options", "option_groups"), "at_most_one": ("options", "option_groups")}
IDS = Items(Chars(64), 100)
RESPONSE_URL: dict[str, Shape] = {"response_url_enabled": Flag()}

BUTTON = element(
    "button",
    {
        "text!": Text(75),
        "url": Chars(3000),
        "value": Chars(2000),
        "style": OneOf(("primary", "danger")),
        "confirm": CONFIRM,
        "accessibility_label": Chars(75),
    },
)
IMAGE = Record(
    {
        "type!": OneOf(("image",)),
        "image_url": Chars(3000),
        "slack_file": Anything(),
        "alt_text!": Chars(2000),
    },
    one_of=("image_url", "slack_file"),
)
CHOICE: dict[str, Shape] = {"options!": Items(OPTION, 10), "confirm": CONFIRM, "focus_on_load": Flag()}

MENUS = {
    "static_select": menu(
        "static_select", {"options": OPTIONS, "option_groups": GROUPS, "initial_option": OPTION}, **OWN_OPTIONS
    ),
    "multi_static_select": menu(
        "multi_static_select",
        {"options": OPTIONS, "option_groups": GROUPS, "initial_options": Items(OPTION, 100)},
        **OWN_OPTIONS,
    ),
    "external_select": menu("external_select", {"initial_option": OPTION, "min_query_length": Whole()}),
    "multi_external_select": menu(
        "multi_external_select", {"initial_options": Items(OPTION, 100), "min_query_length": Whole()}
    ),
    "users_select": menu("users_select", {"initial_user": Chars(64)}),
    "multi_users_select": menu("multi_users_select", {"initial_users": IDS}),
    "conversations_select": menu(
        "conversations_select",
        {
            "initial_conversation": Chars(64),
            "default_to_current_conversation": Flag(),
            "filter": FILTER,
            **RESPONSE_URL,
        },
    ),
    "multi_conversations_select": menu(
        "multi_conversations_select",
        {"initial_conversations": IDS, "default_to_current_conversation": Flag(), "filter": FILTER},
    ),
    "channels_select": menu("channels_select", {"initial_channel": Chars(64), **RESPONSE_URL}),
    "multi_channels_select": menu("multi_channels_select", {"initial_channels": IDS}),
}
PICKERS = {
    "datepicker": pick("datepicker", {"initial_date": Chars(10)}),
    "timepicker": pick("timepicker", {"initial_time": Chars(5), "timezone": Chars(64)}),
    "datetimepicker": pick("datetimepicker", {"initial_date_time": Whole()}),
    "checkboxes": element("checkboxes", {**CHOICE, "initial_options": Items(OPTION, 10)}),
    "radio_buttons": element("radio_buttons", {**CHOICE, "initial_option": OPTION}),
}
OVERFLOW = element("overflow", {"options!": Items(OPTION, 5), "confirm": CONFIRM})
WRITTEN = {
    "plain_text_input": written(
        "plain_text_input",
        {
            "initial_value": Chars(3000, 0),
            "multiline": Flag(),
            "min_length": Whole(0, 3000),
            "max_length": Whole(1, 3000),
        },
    ),
    "rich_text_input": written("rich_text_input", {"initial_value": Anything()}),
    "email_text_input": written("email_text_input", {"initial_value": Chars(3000, 0)}),
    "url_text_input": written("url_text_input", {"initial_value": Chars(3000, 0)}),
    "number_input": written(
        "number_input",
        {
            "is_decimal_allowed!": Flag(),
            "initial_value": Chars(40),
            "min_value": Chars(40),
            "max_value": Chars(40),
        },
    ),
    "file_input": element("file_input", {"filetypes": Items(Chars(20), 100), "max_files": Whole(1, 10)}),
}
RATING = Record(
    {"text!": Text(75), "value!": Chars(2000), "accessibility_label": Chars(75)},
)
FEEDBACK = element("feedback_buttons", {"positive_button!": RATING, "negative_button!": RATING})
ICON_BUTTON = element(
    "icon_button",
    {
        "icon!": OneOf(("trash",)),
        "text!": Text(75),
        "value": Chars(2000),
        "confirm": CONFIRM,
        "accessibility_label": Chars(75),
        "visible_to_user_ids": IDS,
    },
)

IN_ACTIONS = ByType({"button": BUTTON, "overflow": OVERFLOW, **MENUS, **PICKERS})
IN_SECTION = ByType({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **MENUS, **PICKERS})
IN_INPUT = ByType({**MENUS, **PICKERS, **WRITTEN})
IN_CONTEXT_ACTIONS = ByType({"feedback_buttons": FEEDBACK, "icon_button": ICON_BUTTON})
