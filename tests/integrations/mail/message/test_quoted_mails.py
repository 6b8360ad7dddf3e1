"""The mails that a quote holds, in the order of a conversation."""

import pytest

from integrations.mail.message.quotes import oldest_first, split_text


def test_a_quoted_conversation_is_read_from_the_oldest_to_the_newest() -> None:
    quoted = split_text(
        "Yes.\n\nOn 2024-06-03 at 10:15, Ann Lee <ann@example.com> wrote:\n> Does 9 suit you?\n>\n"
        "> Ann Lee\n>\n> On 2024-06-02 at 09:00, Bob Ray <bob@example.org> wrote:\n>> Shall we meet?\n>>\n>> Bob\n"
    ).quoted
    assert oldest_first(quoted) == (
        "On 2024-06-02 at 09:00, Bob Ray <bob@example.org> wrote:\nShall we meet?\n\n"
        "On 2024-06-03 at 10:15, Ann Lee <ann@example.com> wrote:\nDoes 9 suit you?"
    )


def test_blocks_of_outlook_are_read_from_the_oldest_to_the_newest() -> None:
    def block(sender: str, day: int, text: str) -> str:
        return f"From: {sender}\nSent: Monday, 3 June 2024 10:0{day}\nTo: Bob Ray\nSubject: Plan\n\n{text}\n\n"

    quoted = split_text(f"Yes.\n\n{block('Ann Lee', 2, 'Second.')}{block('Cy Moe', 1, 'First.')}").quoted
    assert [part in oldest_first(quoted) for part in ("From: Cy Moe", "First.", "Second.")] == [True] * 3
    assert oldest_first(quoted).index("First.") < oldest_first(quoted).index("Second.")


@pytest.mark.parametrize("quoted", ["", "no quote at all\nof any form", "> one mail without who wrote it"])
def test_a_quote_without_form_is_read_as_it_is(quoted: str) -> None:
    assert oldest_first(quoted) == quoted.removeprefix("> ")


def test_a_hostile_quote_is_read_in_bounded_time() -> None:
    oldest_first(">" * 200_000)
    oldest_first("\n".join(f"{'>' * depth} deeper" for depth in range(2_000)))
