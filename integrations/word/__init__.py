"""Word: the pane beside the document, the manifests that bring it into Word, and its jobs."""
