"""Elements of an add-in only manifest."""

from xml.etree import ElementTree

from integrations.word.elements import button, document, named_resources, registration, text_element


def test_what_stands_in_an_element_or_attribute_cannot_end_it() -> None:
    hostile = "\"><Script>&amp;'"
    made = ElementTree.fromstring(document({"name": hostile}, text_element("Id", hostile)))
    assert made.get("name") == hostile
    assert made.findtext("Id") == hostile
    assert len(list(made.iter())) == 2


def test_without_an_app_registration_nothing_is_registered() -> None:
    assert registration("", "api://x") == []
    named = ElementTree.fromstring("\n".join(registration("app-1", "api://x")))
    assert [scope.text for scope in named.iter("Scope")] == ["openid", "profile"]


def test_a_button_names_resources_for_its_label_and_tip() -> None:
    shown = "\n".join(button("Open", "Ask", ()))
    assert 'resid="AskLabel"' in shown
    assert 'resid="AskTip"' in shown


def test_resources_are_grouped_by_kind_and_none_is_lost() -> None:
    lines = named_resources(
        {"Icon16": "https://x.example/16.png"}, {"Pane": "https://x.example/"}, {"A": "Ask"}, {"T": "Tip"}
    )
    shown = "\n".join(lines)
    assert all(one in shown for one in ("Icon16", "Pane", '"Ask"', '"Tip"'))
