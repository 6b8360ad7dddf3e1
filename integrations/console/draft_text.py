"""The text of one's own draft as a person uses it: ready answers put in the place of gaps, other wordings taken."""

from core.drafts import Draft

MAX_TEXT_CHARS = 200_000


def other_wordings(draft: Draft) -> list[tuple[int, str]]:
    """Return the other wordings with their numbers, without those that a ready answer makes of the draft."""
    made = {draft.text.replace(gap.place, choice) for gap in draft.gaps for choice in gap.choices}
    return [(number, text) for number, text in enumerate(draft.alternatives) if text not in made]


def filled(draft: Draft, text: str, pick: str) -> str:
    """Return a text with a picked answer in its gap's place, or in that of another answer to the same gap.

    Args:
        draft: whose gaps they are.
        text: as the person has it now.
        pick: the gap and the answer, or "other" and the wording, by their numbers: `0.1`. What is no such pick
            changes nothing.
    """
    kind, _, last = pick.partition(".")
    number = int(last) if last.isdecimal() else -1
    if kind == "other":
        return draft.alternatives[number] if 0 <= number < len(draft.alternatives) else text
    place = int(kind) if kind.isdecimal() else -1
    if not 0 <= place < len(draft.gaps) or not 0 <= number < len(draft.gaps[place].choices):
        return text
    gap = draft.gaps[place]
    # The longest first: one answer may begin like another.
    before = next((words for words in (gap.place, *sorted(gap.choices, key=len, reverse=True)) if words in text), None)
    return text.replace(before, gap.choices[number]) if before else text


def picks_in(draft: Draft, text: str) -> set[str]:
    """Return which ready answers a text contains."""
    picks = set()
    for place, gap in enumerate(draft.gaps):
        found = [choice for choice in gap.choices if gap.place not in text and choice in text]
        if found:
            picks.add(f"{place}.{gap.choices.index(max(found, key=len))}")
    return picks


def plain_lines(text: str) -> str:
    """Return what a form sent with the line ends that drafts have."""
    return text.replace("\r\n", "\n").strip("\n")
