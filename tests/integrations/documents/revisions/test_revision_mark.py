"""Tracked changes bear author, time and an id that no other one has."""

from tests.integrations.documents.build import (
    BOT,
    SETTINGS,
    body_of,
    changed,
    document,
    edit,
    ins,
    p,
    run,
)
from tests.integrations.documents.parts import settings


def test_new_ids_are_above_those_of_all_parts() -> None:
    header = "<w:hdr xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>{}</w:hdr>"
    data = document(
        p(run("one two")), parts={"word/header1.xml": ("header", header.format(p(ins(run("h"), number=5000))))}
    )
    out = changed(data, edit(data, "one", text="one 2"))
    assert 'w:id="5001"' in body_of(out)


def test_ids_at_the_end_of_their_range_do_not_overflow() -> None:
    data = document(p(ins(run("one"), number=2**31 - 1), run(" two")))
    out = changed(data, edit(data, "one", find="two", text="2"))
    assert 'w:id="1"' in body_of(out)


def test_changes_are_stamped_with_author_and_utc_second() -> None:
    data = document(p(run("one two")))
    out = changed(data, edit(data, "one", text="one 2"))
    assert body_of(out).count(f'w:author="{BOT}" w:date="2026-11-24T12:30:00Z"') == 2


def test_changes_are_recorded_from_now_on() -> None:
    inner = '<w:zoom w:percent="100"/><w:trackRevisions w:val="0"/><w:defaultTabStop w:val="720"/>'
    for content in (SETTINGS, settings(inner), settings("")):
        data = document(p(run("one two")), settings=content)
        out = changed(data, edit(data, "one", text="one 2"))
        xml = body_of(out, "word/settings.xml")
        assert xml.count("<w:trackRevisions/>") == 1
        if "zoom" in content:
            assert xml.index("zoom") < xml.index("trackRevisions") < xml.index("defaultTabStop")
