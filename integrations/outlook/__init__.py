"""The pane in Outlook: its manifests and its pages. The pane itself is built with the one of Word."""
