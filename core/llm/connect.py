"""From settings to a model."""

from urllib.parse import urlsplit, urlunsplit

from core.errors import CredentialError, ModelOutage, SettingsError
from core.llm.credentials import Credentials, credentials_of, key_headers
from core.llm.models_file import EMBEDDED, EndpointEntry, SettingsEndpoint, load_models_file
from core.llm.ports import Chat
from core.settings import Settings


def connect(settings: Settings) -> Chat:
    """Return the chat of INLAID_MODEL_URL, or the first endpoint of the models file; nothing is sent yet.

    Raises:
        SettingsError: no model server is set.
    """
    return connect_endpoint(settings, load_models_file(settings).endpoints[0])


def connect_endpoint(settings: Settings, entry: EndpointEntry) -> Chat:
    """Return the chat of one endpoint; nothing is sent yet.

    Raises:
        SettingsError: it is the embedded model and nobody has started it.
    """
    from core.llm.openai_chat import OpenAIChat

    return OpenAIChat(*_located(settings, entry))


def probe_endpoint(settings: Settings, entry: EndpointEntry, *, timeout_seconds: float) -> None:
    """Ask an endpoint for its list of models, which costs nothing; a server without one has answered all the same.

    Raises:
        ModelOutage: it does not answer, or is failing.
        CredentialError: it refuses the key.
        SettingsError: it is the embedded model and nobody has started it.
    """
    import httpx2

    entry, credentials = _located(settings, entry)
    parts = urlsplit(entry.url)
    url = urlunsplit(parts._replace(path=f"{parts.path}/models"))
    try:
        status = httpx2.get(url, headers=credentials(), timeout=timeout_seconds).status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ModelOutage("The model server does not answer.", fix=f"Check {entry.setting('url')}.") from error
    if status in {401, 403}:
        raise CredentialError("The model server refuses the key.", fix=f"Check {entry.setting('key_env')}.")
    if status >= 500:
        raise ModelOutage(f"The model server answers with status {status}.", fix="Look at its log.")


def _located(settings: Settings, entry: EndpointEntry) -> tuple[EndpointEntry, Credentials]:
    """Return where an endpoint is and how to prove who asks; `inlaid up` sets INLAID_MODEL_URL for the embedded one."""
    if entry.url != EMBEDDED and not isinstance(entry, SettingsEndpoint):
        return entry, credentials_of(entry)
    if not settings.model_url:
        raise SettingsError(
            "No model server is set.", fix="Set INLAID_MODEL_URL, or use `inlaid up`, which starts the local model."
        )
    key = settings.model_key.get_secret_value()
    model = entry.model or settings.model_name
    return entry.model_copy(update={"url": settings.model_url, "model": model}), lambda: key_headers(key)
