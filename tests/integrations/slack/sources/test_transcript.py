"""Messages become passages that make sense by themselves."""

import pytest

from core.sources.cutting import MAX_PASSAGE_CHARS, cut_sections
from integrations.slack.client.conversations import SlackMessage
from integrations.slack.sources.transcript import (
    ChannelPlace,
    KeptMessage,
    day_bounds,
    day_item,
    day_of,
    digest_of,
    kept_messages,
    passages,
    people_in,
    thread_item,
)

PLACE = ChannelPlace("https://acme.slack.com/", "C1", "support")
NAMES = {"U1": "Ada", "U2": "Grace"}
NOON = 1_774_958_400  # 2026-03-31 12:00 UTC


def said(seconds: int, text: str, user: str = "U1") -> KeptMessage:
    return KeptMessage(ts=f"{NOON + seconds}.000100", user=user, text=text, edited="")


def test_what_is_written_close_together_is_one_passage_and_a_pause_begins_another() -> None:
    talk = [said(0, "Is the <@U2> order out?"), said(60, "Yes.", "U2"), said(7300, "Lunch?")]
    first, second = passages(PLACE, talk, NAMES)
    assert first.text == "Ada: Is the @Grace order out?\nGrace: Yes."
    assert first.place == f"https://acme.slack.com/archives/C1/p{NOON}000100"
    assert second.text == "Ada: Lunch?"
    assert second.place == f"https://acme.slack.com/archives/C1/p{NOON + 7300}000100"


def test_a_thread_is_cut_by_its_length_alone_and_its_links_open_in_the_thread() -> None:
    thread = [said(number * 7300, "word " * 60) for number in range(6)]
    found = passages(PLACE, thread, NAMES, thread[0]["ts"])
    assert len(found) == 3
    assert found[0].place.endswith(f"p{NOON}000100")
    assert found[1].place.endswith(f"?thread_ts={NOON}.000100&cid=C1")


def test_passages_are_not_cut_again_and_a_long_message_is() -> None:
    lines = passages(PLACE, [said(number, f"Point {number}.\n\nIt is done.") for number in range(100)], NAMES)
    assert [passage.text for passage in cut_sections(lines)[0]] == [passage.text for passage in lines]
    [long] = passages(PLACE, [said(0, "A sentence of some length. " * 200)], NAMES)
    pieces, _ = cut_sections([long])
    assert len(pieces) > 1
    assert all(len(piece.text) <= MAX_PASSAGE_CHARS for piece in pieces)


@pytest.mark.parametrize(
    "message",
    [
        {"ts": "1.1", "user": "U1", "text": "joined", "subtype": "channel_join"},
        {"ts": "1.1", "user": "U1", "text": "by an app", "bot_id": "B1"},
        {"ts": "1.1", "text": "by nobody"},
        {"ts": "1.1", "user": "U1", "text": "  "},
        {"ts": "1.1", "user": "U1", "text": "was deleted", "subtype": "tombstone"},
    ],
)
def test_what_nobody_wrote_is_left_out(message: SlackMessage) -> None:
    assert kept_messages([message]) == []


def test_an_edit_changes_the_version_and_a_rename_does_not() -> None:
    talk = [said(0, "one"), said(1, "two")]
    edited = [talk[0], {**talk[1], "edited": "5.5"}]
    assert digest_of(talk) != digest_of(edited)  # type: ignore[arg-type] # a dict of the same keys
    other = ChannelPlace(PLACE.url, PLACE.channel, "help")
    assert day_item(PLACE, "2026-03-31", talk).version == day_item(other, "2026-03-31", talk).version
    assert day_item(PLACE, "2026-03-31", []).is_gone


def test_a_day_is_between_its_bounds() -> None:
    floor, before = day_bounds("2026-03-31")
    assert float(floor) < 1_774_915_200.0 < float(before) == 1_775_001_600.0
    assert (day_of("1774915200.000000"), day_of("1775001599.999999")) == ("2026-03-31", "2026-03-31")


def test_a_title_is_short_and_those_who_are_named_are_known() -> None:
    assert len(thread_item(PLACE, "1.1", "v", "a long question " * 30, "2.2").title) < 105
    assert people_in([said(0, "Ask <@U2> or <@U3|cleo>.")]) == ["U1", "U2", "U3"]
