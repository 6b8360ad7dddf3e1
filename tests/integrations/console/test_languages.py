"""Every page, full of data, in another language: nothing of ours on it is English."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from core.settings import load_settings
from core.text.catalogues import gettext, speaking, told
from integrations.cli.processes.data_dir import api_token
from tests.catalogue_sources import messages
from tests.fakes.openai_server import OpenAIServer
from tests.integrations.api.running import RunningWeb, running_web
from tests.integrations.console.conftest import comes_in
from tests.integrations.console.filled import fill
from tests.servers.valkey import ValkeyProcess

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}
# Words that no German text of ours has; names, addresses and what people wrote may.
ENGLISH_WORDS = re.compile(
    r"\b(?:the|and|of|is|are|were|with|without|your|you|they|this|that|from|not|no|when|which|what|who|by|to|it|has|have|"
    r"none|never|everybody|somebody|nobody|or|command|draft|drafts|mailbox|recipe|source|remove|save|change)\b",
    re.IGNORECASE,
)
# What people wrote on these pages, as ours says it elsewhere.
THEIRS = {
    "Support, weekly",
    "booking link",
    "calendar link, book a call",
    "variants",
    "signals",
    "plain",
    "formal",
    # A recipe, a model's place in the report, a label of mails.
    "reply",
    "rules",
    "for information",
}
OWN_PAGES = ("health", "drafts-none", "recipes", "recipe-new", "sessions", "models", "front", "lost", "error")
# Names of recipes and settings.
NAMED = {"plain", "variants"}


@pytest.fixture(scope="module")
def pages(
    valkey_shared: ValkeyProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[str, str]]]:
    """Return each page in German and in English."""
    home = tmp_path_factory.mktemp("full")
    with OpenAIServer() as model:
        changes = {"home": home, "broker_url": valkey_shared.url, "model_url": model.url}
        api_token(home)
        with running_web(load_settings().model_copy(update=changes)) as web, comes_in(web) as client:
            addresses = fill(web, client, tmp_path_factory.mktemp("files")).addresses
            yield {
                name: (_text(client, address, GERMAN), _text(client, address, {}))
                for name, address in addresses.items()
            }


def _text(client: httpx.Client, address: str, headers: dict[str, str]) -> str:
    answer = client.get(address, headers={**headers, "Accept": "text/html"})
    said = re.search(r'<html lang="(\w+)">', answer.text)
    assert said, address
    assert said[1] == ("de" if headers else "en"), address
    return answer.text


def _shown(page: str) -> list[str]:
    """Return what somebody reads or hears of a page, without what they wrote themselves."""
    page = re.sub(r"<(style|script|svg|textarea|code|pre|time)\b.*?</\1>", " ", page, flags=re.DOTALL)
    heard = re.findall(r'(?:aria-label|placeholder|title|hx-confirm|data-label)="([^"]*)"', page)
    read = re.split(r"</?(?!a\b|/a\b|strong\b|/strong\b|em\b|mark\b)[^>]*>", page)
    found = (" ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split()) for text in [*read, *heard])
    return [text for text in found if text]


def test_no_page_has_a_text_of_ours_in_english(pages: dict[str, tuple[str, str]]) -> None:
    left = {}
    for name, (german, english) in pages.items():
        same = set(_shown(german)) & set(_shown(english))
        if found := sorted(text for text in same - THEIRS if _is_ours(text)):
            left[name] = found
    assert not left, "\n".join(f"{name}: {text}" for name, found in left.items() for text in found)


def _is_ours(text: str) -> bool:
    """Whether a text is in the catalogue and would be another in German."""
    with speaking("de"):
        return (text in set(_said()) and gettext(text) != text) or told(text) != text


def _said() -> Iterator[str]:
    for message in messages():
        yield from (message,) if isinstance(message, str) else message


def test_pages_without_texts_of_people_have_no_english_word(pages: dict[str, tuple[str, str]]) -> None:
    left = {}
    for name in OWN_PAGES:
        found = [text for text in _shown(pages[name][0]) if ENGLISH_WORDS.search(text) and text not in NAMED]
        if found:
            left[name] = found
    assert not left, left


def test_what_somebody_chose_holds_over_their_browser(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        assert client.post("/console/sessions/language", data={"language": "tlh"}).status_code == 422
        assert client.post("/console/sessions/language", data={"language": "de"}).status_code == 303
        assert "<h1>Start</h1>" in client.get("/console", headers={"Accept-Language": "en"}).text
        wrong = client.get("/console/jobs/nothing", headers={"Accept-Language": "en"})
        assert "Das hat nicht geklappt" in wrong.text
        assert client.post("/console/sessions/language", data={"language": ""}).status_code == 303
        assert "<h1>Home</h1>" in client.get("/console", headers={"Accept-Language": "en"}).text
        assert "<h1>Start</h1>" in client.get("/console", headers={"Accept-Language": "de"}).text


def test_what_people_wrote_is_never_markup_in_a_translated_sentence(alone: RunningWeb) -> None:
    with comes_in(alone) as client:
        hostile = "<b>%(name)s</b>"
        client.post("/console/learned/facts", data={"name": hostile, "text": "4"})
        shown = client.get("/console/learned", headers=GERMAN).text
        assert "&lt;b&gt;%(name)s&lt;/b&gt; ändern" in shown
        assert "<b>" not in shown


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("Nothing to answer: it has no text.", "Nichts zu beantworten: sie hat keinen Text."),
        ("No answer needed: other signs together.", "Keine Antwort nötig: andere Anzeichen zusammen."),
        (
            "Drafts in a day must be a whole number from 0 to 9.",
            "Entwürfe am Tag muss eine ganze Zahl von 0 bis 9 sein.",
        ),
    ],
)
def test_a_part_of_a_sentence_of_ours_is_german_too(said: str, german: str) -> None:
    with speaking("de"):
        assert told(said) == german


def test_groups_too_small_to_be_shown_are_joined_in_german(pages: dict[str, tuple[str, str]]) -> None:
    assert "andere (4)" in pages["report"][0]
    assert "others (4)" in pages["report"][1]
