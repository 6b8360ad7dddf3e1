"""What a channel is told: who, for whom, and how to stop."""

from integrations.slack.views.channel_source import STOP_CHANNEL, announcement, stopped


def test_the_channel_is_told_who_reads_and_how_to_stop() -> None:
    message = announcement("U1", "the members of the channel", "C1")
    assert "<@U1>" in message.text
    assert "to the members of the channel alone" in message.text
    (button,) = message.blocks[-1]["elements"]
    assert (button["action_id"], button["value"], button["style"]) == (STOP_CHANNEL, "C1", "danger")
    assert "confirm" in button


def test_stopping_is_told_too() -> None:
    assert "<@U2>" in stopped("U2").text
