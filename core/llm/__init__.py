"""Models: one wire protocol (OpenAI chat completions), one client, one embedded server.

`connect` gives the chat of the settings; `local` serves the embedded model; `scripted` answers from a list, for tests.
"""

from core.llm.connect import connect

__all__ = ["connect"]
