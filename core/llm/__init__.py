"""Models: one wire protocol (OpenAI chat completions), one client, one embedded server.

`connect` gives the chat of the settings, `open_models` all endpoints and the routes over them; `local` serves the
embedded model.
"""

from core.llm.routes import connect, open_models

__all__ = ["connect", "open_models"]
