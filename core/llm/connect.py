"""From settings to a model."""

from core.errors import SettingsError
from core.ports import Chat
from core.settings import Settings


def connect(settings: Settings) -> Chat:
    """Return the chat of INLAID_MODEL_URL; nothing is sent yet.

    Raises:
        SettingsError: no model server is set.
    """
    if not settings.model_url:
        raise SettingsError(
            "No model server is set.", fix="Set INLAID_MODEL_URL, or use `inlaid up`, which starts the local model."
        )
    from core.llm.openai_chat import OpenAIChat

    return OpenAIChat(
        settings.model_url,
        name=settings.model_name,
        key=settings.model_key.get_secret_value(),
        window_tokens=settings.model_window_tokens,
        timeout_seconds=settings.model_timeout_seconds,
        size=settings.model_size,
    )
