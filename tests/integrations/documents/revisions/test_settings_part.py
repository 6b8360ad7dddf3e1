"""What a person edits next is tracked as well."""

from tests.integrations.documents.build import (
    SETTINGS,
    body_of,
    changed,
    document,
    edit,
    p,
    run,
)
from tests.integrations.documents.parts import settings


def test_changes_are_recorded_from_now_on() -> None:
    inner = '<w:zoom w:percent="100"/><w:trackRevisions w:val="0"/><w:defaultTabStop w:val="720"/>'
    for content in (SETTINGS, settings(inner), settings("")):
        data = document(p(run("one two")), settings=content)
        out = changed(data, edit(data, "one", text="one 2"))
        xml = body_of(out, "word/settings.xml")
        assert xml.count("<w:trackRevisions/>") == 1
        if "zoom" in content:
            assert xml.index("zoom") < xml.index("trackRevisions") < xml.index("defaultTabStop")
