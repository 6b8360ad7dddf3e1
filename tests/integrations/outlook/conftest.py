"""The tools of the pane, which is one for Word and Outlook."""

from tests.integrations.word.conftest import pane_tools

__all__ = ["pane_tools"]
