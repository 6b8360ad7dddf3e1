"""What a channel is told when it becomes a source, and when it is one no more. Pure."""

from core.text.catalogues import N_, gettext, told
from integrations.slack.views.blocks import Block, BlockMessage, button, note_message, section

STOP_CHANNEL = "stop_channel"


def announcement(user: str, readers: str, channel: str) -> BlockMessage:
    """Return the message that tells a channel it is used, with the button that stops it."""
    text = N_(
        f":books: <@{user}> lets Inlaid use this channel: answers may quote what is written here, to {readers} alone. "
        "What is edited or deleted here changes there too. Anybody in this channel may stop it, with the button or "
        "with `/inlaid stop using this channel`; then all of it is forgotten."
    )
    text = told(text)
    stop = button("Stop using this channel", STOP_CHANNEL, channel, style="danger")
    stop["confirm"] = _confirm()
    return BlockMessage(text, [section(text), {"type": "actions", "elements": [stop]}])


def stopped(user: str) -> BlockMessage:
    """Return the message that tells a channel it is used no more."""
    return note_message(f":books: <@{user}> stopped this: Inlaid forgets what is written in this channel.")


def _confirm() -> Block:
    def plain(text: str) -> Block:
        return {"type": "plain_text", "text": gettext(text)}

    return {
        "title": plain("Stop using this channel?"),
        "text": plain("Answers will no longer quote it for anybody. You can start using it again later."),
        "confirm": plain("Stop"),
        "deny": plain("Keep"),
    }
