"""Events: messages and mentions, App Home, the AI pane, uninstalling."""
