"""Why one edit is not made. Caught by the batch and told to the person; the document is untouched by it."""


class Refused(Exception):
    """Carries a sentence that a person understands."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
