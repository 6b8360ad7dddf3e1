"""INLAID_EMBEDDINGS_URL: what is sent there, and what its failures become."""

import json

import pytest
from pydantic import SecretStr

from core.embeddings import allowed_embedder, by_words_only, examine_embedder, load_embedder, similarities
from core.embeddings.endpoint import EndpointEmbedder
from core.errors import CredentialError, InlaidError, ModelAnswerError, ModelOutage
from core.policies.in_force import InForce
from core.policies.parsing import parse_policies
from core.policies.resolution import PersonFacts, PolicySet
from core.settings import Settings
from tests.fakes.openai_replies import Raw, Refuse
from tests.fakes.openai_server import OpenAIServer


def test_the_settings_name_address_key_and_model() -> None:
    with OpenAIServer(key="sesame", base="/v1?api-version=7") as server:
        settings = Settings(embeddings_url=server.url, embeddings_key=SecretStr("sesame"), embeddings_model="e5")
        answers, _, words = examine_embedder(settings).partition(". ")
        assert answers == "e5 answers, 26 dimensions"
        assert "by their words only" in words
        measured = load_embedder(Settings(embeddings_url=server.url, embeddings_model="multilingual-e5-small-q4"))
        assert by_words_only(measured) == ""
        assert load_embedder(settings) is load_embedder(settings)
        (asked,) = [one for one in server.asked if one.path == "/v1/embeddings"]
    assert asked.body == {"model": "e5", "input": ["word"], "encoding_format": "float"}


def test_many_texts_are_sent_in_parts_and_come_back_in_order(openai_server: OpenAIServer) -> None:
    texts = ["abcdefghijklmnopqrstuvwxyz"[at % 26] * 5 for at in range(150)]
    vectors = EndpointEmbedder(Settings(embeddings_url=openai_server.url)).embed(texts)
    assert [max(range(26), key=vector.__getitem__) for vector in vectors] == [at % 26 for at in range(150)]
    assert max(len(one.body.get("input", ())) for one in openai_server.asked) == 64


def elsewhere(server: OpenAIServer) -> str:
    """Return the server's address in a form that is not known to be this machine's."""
    return server.url.replace("127.0.0.1", "127.1")


TEXTS = ["Please call Priya Raman at +49 30 901820 about the invoice.", "Write to tom@example.com, said Priya."]


def test_an_endpoint_elsewhere_gets_placeholders_for_personal_data(openai_server: OpenAIServer) -> None:
    EndpointEmbedder(Settings(embeddings_url=elsewhere(openai_server))).embed(TEXTS)
    sent = json.dumps(openai_server.asked[-1].body)
    assert not any(personal in sent for personal in ("Priya", "Raman", "901820", "tom@example.com"))
    assert "about the invoice" in sent


def test_an_endpoint_that_is_said_to_be_local_gets_the_texts(openai_server: OpenAIServer) -> None:
    EndpointEmbedder(Settings(embeddings_url=elsewhere(openai_server), embeddings_local=True)).embed(TEXTS)
    assert openai_server.asked[-1].body["input"] == TEXTS


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Refuse(401), CredentialError),
        (Refuse(503), ModelOutage),
        (Refuse(429), ModelOutage),
        (Raw(b"<html>"), ModelAnswerError),
        (Raw(b"[]"), ModelAnswerError),
        (Raw(b'{"data": []}'), ModelAnswerError),
        (Raw(b'{"data": [{"embedding": ["a"]}]}'), ModelAnswerError),
        (Raw(b'{"data": [{"embedding": [0.0, 0.0]}]}'), ModelAnswerError),
        (Raw(b'{"data": [{"embedding": [1e999]}]}'), ModelAnswerError),
        (Raw(b'{"data": [{"embedding": "AAAA"}]}'), ModelAnswerError),
        (Raw(b'{"data": [{"embedding": [NaN]}]}'), ModelAnswerError),
    ],
)
def test_a_failure_is_an_error_that_names_the_setting(
    openai_server: OpenAIServer, reply: Refuse | Raw, error: type[InlaidError]
) -> None:
    openai_server.script(reply)
    embedder = EndpointEmbedder(Settings(embeddings_url=openai_server.url, embeddings_model="e5"))
    with pytest.raises(error) as caught:
        embedder.embed(["text"])
    assert caught.value.fix


def test_a_server_that_is_down_is_an_outage_and_sentences_are_ranked_by_words() -> None:
    with OpenAIServer() as server:
        url = server.url
    embedder = EndpointEmbedder(Settings(embeddings_url=url, embeddings_model="e5"))
    with pytest.raises(ModelOutage, match="INLAID_EMBEDDINGS_URL"):
        embedder.embed(["text"])
    scores = similarities(embedder, "the delivery of disks", ["We had lunch.", "A delivery with disks."])
    assert scores[1] > scores[0]


@pytest.mark.parametrize(
    ("rules", "is_used"),
    [
        ("local_only = true", False),
        ('regions = ["eu"]', False),
        ('regions = ["us"]', True),
        ('deny = ["embeddings"]', False),
        ('deny = ["e5"]', False),
        ('deny = ["big"]', True),
    ],
)
def test_an_endpoint_elsewhere_is_a_model_for_policies(rules: str, is_used: bool) -> None:
    here, there = (
        EndpointEmbedder(Settings(embeddings_url=url, embeddings_model="e5", embeddings_region="us"))
        for url in ("http://127.0.0.1:9/v1", "http://embeddings.example/v1")
    )
    file = parse_policies(f"[installation]\nmodels = {{ {rules} }}\n", "policies.toml")
    policy = PolicySet(file).of(PersonFacts("local"))
    assert allowed_embedder(here, policy) is here
    assert (allowed_embedder(there, policy) is there) == is_used


def test_doctor_says_whose_texts_an_endpoint_elsewhere_does_not_get(openai_server: OpenAIServer) -> None:
    file = parse_policies("[group.finance]\nmodels = { local_only = true }\n[group.sales]\n", "policies.toml")
    now = InForce(PolicySet(file), "file")
    elsewhere_url = openai_server.url.replace("127.0.0.1", "127.1")
    said = examine_embedder(Settings(embeddings_url=elsewhere_url, embeddings_model="e5"), now)
    assert "Not for group.finance: policies keep their texts here" in said
    assert "Not for" not in examine_embedder(Settings(embeddings_url=openai_server.url, embeddings_model="e5"), now)
