"""A message of Slack, drawn from its own blocks as a page: Slack has no program that could show it here.

Only what Inlaid's messages are made of is drawn; a block of another kind is an error, so that no drawing leaves
something out. It says that it is a drawing.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Block = Mapping[str, Any]
# The few that Inlaid uses.
EMOJI = {
    "hourglass_flowing_sand": "\N{HOURGLASS WITH FLOWING SAND}", "warning": "\N{WARNING SIGN}\ufe0f",
    "white_check_mark": "\N{WHITE HEAVY CHECK MARK}", "pencil2": "\N{PENCIL}\ufe0f", "lock": "\N{LOCK}",
    "page_facing_up": "\N{PAGE FACING UP}", "envelope": "\N{ENVELOPE}\ufe0f", "wastebasket": "\N{WASTEBASKET}",
    "black_square_for_stop": "\N{BLACK SQUARE FOR STOP}", "mag": "\N{LEFT-POINTING MAGNIFYING GLASS}",
}  # fmt: skip
_DATE = re.compile(r"&lt;!date\^\d+\^[^|&]*\|([^&]*)&gt;")
_PERSON = re.compile(r"&lt;@\w+&gt;")
_LINK = re.compile(r"&lt;(https?:[^|&]+)(?:\|([^&]*))?&gt;")
_SHEET = """
* { box-sizing: border-box; margin: 0 }
body { font: 15px/1.47 Lato, "Liberation Sans", Arial, sans-serif; padding: 0; background: transparent }
.place { width: 400px; padding: 14px 18px 12px; border-radius: 8px; border: 1px solid #ddd }
.place { min-height: 620px; display: flex; flex-direction: column; background: #fff; color: #1d1c1d }
.channel { font-weight: 900; font-size: 18px; padding-bottom: 10px; border-bottom: 1px solid #ddd; margin-bottom: 12px }
.message { display: flex; gap: 10px; margin: 12px 0 }
.face { flex: none; width: 36px; height: 36px; border-radius: 6px; background: #1f3a5f; color: #fff; display: grid;
  place-items: center; font-weight: 700 }
.who b { margin-right: 6px } .who span, .context, .only { color: #616061; font-size: 12px }
.app { font-size: 10px; background: #e8e8e8; color: #616061; border-radius: 2px; padding: 1px 4px; margin-right: 6px }
.block { margin: 4px 0 }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-weight: 700; font-size: 13px }
.primary { background: #007a5a; border-color: #007a5a; color: #fff } .danger { color: #c01343; border-color: #c01343 }
.foot { color: #616061; font-size: 11px; border-top: 1px solid #ddd; padding-top: 8px; margin-top: auto }
.dark { background: #1a1d21; color: #d1d2d3; border-color: #40444a }
.dark .channel, .dark .foot { border-color: #40444a }
.dark .who span, .dark .context, .dark .only, .dark .foot { color: #ababad }
.dark .app { background: #393c40; color: #ababad } .dark .button { border-color: #6a6d71 }
.dark .primary { border-color: #007a5a } .dark .danger { color: #f08ca5; border-color: #f08ca5 }
"""


def page_of(channel: str, messages: Sequence[str], *, dark: bool) -> str:
    """Return the page; `messages` are made by `message_of`."""
    foot = "Drawn from the blocks of the messages by tests/office/pictures.py; Slack shows them in its own style."
    return (
        f"<!DOCTYPE html><meta charset=utf-8><style>{_SHEET}</style>"
        f"<div class='place{' dark' if dark else ''}'><div class=channel># {html.escape(channel)}</div>"
        f"{''.join(messages)}<div class=foot>{foot}</div></div>"
    )


def message_of(who: str, text: str, blocks: Sequence[Block], *, is_app: bool = False, note: str = "") -> str:
    """Return one message: its blocks, or its text where it has none; `note` stands above it."""
    body = "".join(_block(block) for block in blocks) if blocks else f"<div class=block>{_mrkdwn(text)}</div>"
    app = "<span class=app>APP</span>" if is_app else ""
    only = f"<div class=only>{html.escape(note)}</div>" if note else ""
    return (
        f"<div class=message><div class=face>{html.escape(who[:1])}</div><div>{only}"
        f"<div class=who><b>{html.escape(who)}</b>{app}</div>{body}</div></div>"
    )


def _block(block: Block) -> str:
    return _KINDS[block["type"]](block)


def _section(block: Block) -> str:
    texts = [block["text"], *block.get("fields", ())] if "text" in block else list(block.get("fields", ()))
    drawn = "<br>".join(_text(text) for text in texts)
    accessory = f"<div class=buttons>{_element(block['accessory'])}</div>" if "accessory" in block else ""
    return f"<div class=block>{drawn}</div>{accessory}"


def _context(block: Block) -> str:
    return f"<div class='block context'>{' '.join(_text(element) for element in block['elements'])}</div>"


def _actions(block: Block) -> str:
    return f"<div class=buttons>{''.join(_element(element) for element in block['elements'])}</div>"


def _element(element: Block) -> str:
    if element["type"] == "button":
        return f"<span class='button {element.get('style', '')}'>{_text(element['text'])}</span>"
    if element["type"] == "overflow":
        return "<span class=button>\N{MIDLINE HORIZONTAL ELLIPSIS}</span>"
    if element["type"] == "feedback_buttons":
        thumbs = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"
        return "".join(f"<span class=button>{thumb}</span>" for thumb in thumbs)
    label = _text(element["placeholder"]) if "placeholder" in element else element["type"]
    return f"<span class=button>{label} \N{BLACK DOWN-POINTING SMALL TRIANGLE}</span>"


def _text(text: Block) -> str:
    return _mrkdwn(text["text"]) if text["type"] == "mrkdwn" else html.escape(_emoji(text["text"]))


def _emoji(text: str) -> str:
    for name, sign in EMOJI.items():
        text = text.replace(f":{name}:", sign)
    return text


def _mrkdwn(text: str) -> str:
    drawn = html.escape(html.unescape(_emoji(text)), quote=False)
    drawn = _DATE.sub(r"\1", drawn)
    drawn = _LINK.sub(lambda found: f"<u>{found[2] or found[1]}</u>", drawn)
    drawn = _PERSON.sub("<u>@Priya Nair</u>", drawn)  # the only person of the pictures
    lines = []
    for line in drawn.split("\n"):
        for sign, tag in (("*", "b"), ("_", "i"), ("`", "code")):
            pieces = line.split(sign)
            if len(pieces) % 2 == 1:  # pairs only
                line = "".join(
                    f"<{tag}>{piece}</{tag}>" if number % 2 else piece for number, piece in enumerate(pieces)
                )
        lines.append(line)
    return "<br>".join(lines)


_KINDS: Mapping[str, Callable[[Block], str]] = {
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "divider": lambda _block: "<div class=block></div>",
    "header": lambda block: f"<div class=block><b>{_text(block['text'])}</b></div>",
    "markdown": lambda block: f"<div class=block>{_mrkdwn(block['text'].replace('**', '*'))}</div>",
}
