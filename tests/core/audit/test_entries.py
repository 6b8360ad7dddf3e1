"""Entries of the audit trail: what may stand in one, and a chain that shows what was done to it."""

from dataclasses import replace

import pytest

from core.audit.entries import START, WITHHELD, Actor, AuditEvent, ChainHead, Entry, chained, parse_head, verify

BEGIN = ChainHead(0, START)


def trail(count: int) -> list[Entry]:
    fields = {
        "action": "job.requested", "actor": "p1", "address": "", "door": "api", "outcome": "success", "details": "{}",
        "workspace": "local", "thing_kind": "job", "thing": "j1",
    }  # fmt: skip
    said = [{**fields, "id": f"e{number}", "at_microseconds": number} for number in range(count)]
    return list(chained(said, BEGIN))


def ends(entries: list[Entry]) -> ChainHead:
    return ChainHead(entries[-1].sequence, entries[-1].hash)


def test_a_whole_chain_holds_and_its_head_is_read_back() -> None:
    entries = trail(3)
    assert verify(entries, start=BEGIN, head=ends(entries), known=ends(entries[:2])).problems == []
    assert parse_head(str(ends(entries))) == ends(entries)
    assert parse_head("3:abc") is None


def test_what_was_changed_taken_out_or_cut_off_is_found() -> None:
    entries = trail(4)
    head = ends(entries)
    changed = [entries[0], replace(entries[1], actor="p2"), *entries[2:]]
    assert verify(changed, start=BEGIN, head=head).problems == ["Entry 2 was changed."]
    assert verify([entries[0], *entries[2:]], start=BEGIN, head=head).problems[0].startswith("Between 1 and 3")
    cut = verify(entries[:3], start=BEGIN, head=head, known=head).problems
    assert [problem.split(" ", 3)[:2] for problem in cut] == [["The", "trail"], ["Entry", "4"]]


def test_no_sentence_and_no_address_is_a_detail() -> None:
    details = {"count": 2, "queue": "bulk", "who": "ann@example.org", "said": "Hello Ann", "thing": object()}
    bounded = AuditEvent("job.requested", Actor("local"), details=details).bounded_details()
    assert bounded == {"count": 2, "queue": "bulk", "who": WITHHELD, "said": WITHHELD, "thing": WITHHELD}


def test_an_action_that_nobody_named_is_a_fault() -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        AuditEvent("job.eaten", Actor("local"))
