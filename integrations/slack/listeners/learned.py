"""What was learnt from a person's edits, on their Home tab: each wish with Use, Stop and Forget."""

from collections.abc import Sequence
from contextlib import suppress

from core.errors import NotFoundError
from core.insight.learning.rule_store import LearnedRule
from integrations.slack.context import Desk
from integrations.slack.profiles import learned_of
from integrations.slack.request import Incoming
from integrations.slack.views.blocks import Block, button, section
from integrations.slack.views.mrkdwn import escape
from integrations.slack.views.splitting import shorten

WISH = "wish"
USE, STOP, FORGET = "use", "stop", "forget"
MOST_WISHES = 8
WORDS_CHARS = 200
_STATES = {"offered": "not used yet", "enabled": "in use", "disabled": "stopped"}


def wish_blocks(wishes: Sequence[LearnedRule]) -> list[Block]:
    """Return the wishes, those in use and on offer first; nothing where nothing was learnt."""
    order = list(_STATES)
    shown = sorted(wishes, key=lambda one: order.index(one.state))[:MOST_WISHES]
    blocks = [block for one in shown for block in _wish(one)]
    return [section("*Learnt from your edits*"), *blocks] if blocks else []


def _wish(one: LearnedRule) -> list[Block]:
    proof = f"{one.evidence.better} of {one.evidence.tried} drafts that it was tried on came nearer to your own words"
    words = escape(shorten(one.rule.words(), WORDS_CHARS))
    switch = (STOP, "Stop") if one.state == "enabled" else (USE, "Use")
    buttons = [
        button(label, f"{WISH}:{act}:{one.key}", f"{act}:{one.key}") for act, label in (switch, (FORGET, "Forget"))
    ]
    return [section(f"{words}\n_{_STATES[one.state]}; {proof}_"), {"type": "actions", "elements": buttons}]


def decide(desk: Desk, incoming: Incoming, act: str, key: str) -> None:
    """Use, stop or forget a wish of the person; one that is gone is no error.

    Raises:
        InlaidError: it cannot be done.
    """
    learned, who = learned_of(desk.settings, desk.store, incoming.team, incoming.user)
    with suppress(NotFoundError):
        if act == FORGET:
            learned.forget(who, key)
        elif act in {USE, STOP}:
            learned.switch(who, key, "enabled" if act == USE else "disabled")
