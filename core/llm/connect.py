"""From settings to a model."""

from core.errors import SettingsError
from core.llm.credentials import key_headers
from core.llm.models_file import EMBEDDED, EndpointEntry, SettingsEndpoint, load_models_file
from core.ports import Chat
from core.settings import Settings


def connect(settings: Settings) -> Chat:
    """Return the chat of INLAID_MODEL_URL, or the first endpoint of the models file; nothing is sent yet.

    Raises:
        SettingsError: no model server is set.
    """
    return connect_endpoint(settings, load_models_file(settings).endpoints[0])


def connect_endpoint(settings: Settings, entry: EndpointEntry) -> Chat:
    """Return the chat of one endpoint; the embedded model's is found in INLAID_MODEL_URL, where `inlaid up` puts it.

    Raises:
        SettingsError: it is the embedded model and nobody has started it.
    """
    from core.llm.openai_chat import OpenAIChat

    if entry.url != EMBEDDED and not isinstance(entry, SettingsEndpoint):
        return OpenAIChat(entry)
    if not settings.model_url:
        raise SettingsError(
            "No model server is set.", fix="Set INLAID_MODEL_URL, or use `inlaid up`, which starts the local model."
        )
    key = settings.model_key.get_secret_value()
    model = entry.model or settings.model_name
    return OpenAIChat(entry.model_copy(update={"url": settings.model_url, "model": model}), lambda: key_headers(key))
