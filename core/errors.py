"""Every error that Inlaid raises on purpose.

```text
InlaidError                  code, retryable, message (a person may read it), fix (what to do)
├── SettingsError            a setting is missing or wrong; names it
├── UnexpectedError          a fault in our own code; the log has the details
├── InputError               what the person gave cannot be used as it is
│   ├── RecipeError          a recipe file is wrong; names file, key and fix
│   ├── PolicyError          the policies cannot be used; names line, key and fix
│   ├── MessageError         a mail that cannot be read
│   │   └── SuspiciousMail   it looks like fraud, so no reply is drafted; says what to do
│   ├── DocumentError        a document that is refused, with the reason
│   ├── NotFoundError        no such job, recipe, file
│   ├── ForbiddenError       it exists, but not for this person
│   │   └── PolicyRefused    a policy says so; names the rule, its group, and whom to ask
│   ├── ConflictError        same key with other content; the state does not allow it
│   │   ├── SourceChanged    what was worked on has changed since; the work is done again
│   │   ├── CursorExpired    a source no longer knows where its sync continues; it begins again
│   │   └── UnreadableJob    a stored job that no key opens, or whose content is damaged
│   │       └── NewerJob     a stored job in a form that only a newer version reads
│   ├── WindowExceeded       a prompt does not fit the model's window
│   ├── ModelTooSmall        the recipe needs a larger model than there is; says whom to ask
│   └── JobFailed            a job that a command waited for ended without a result
├── CredentialError          a key, token or password was refused: never retried
├── LimitError               a budget or a size is used up
│   └── RateLimited          too many requests in a short time; says when the next may come
├── OutageError              retryable: something outside is down or slow
│   ├── ModelOutage          the model server
│   │   └── ModelUnreachable  no connection to it can be made
│   ├── BrokerOutage         Valkey, Redis or RabbitMQ
│   │   └── BrokerFull       it has used up its memory
│   ├── StoreOutage          the database
│   │   └── StoreFull        it has no space left
│   ├── SourceBusy           a source asks to wait before more is read; nothing is wrong
│   ├── SurfaceOutage        the platform where the person is: nobody can be told before it is back
│   └── WorkerStopping       this worker is shutting down; the job goes back to the queue
├── ModelAnswerError         retryable: the model server answered something that cannot be used
│   └── AnswerCut            the answer ended at its limit, or in a loop; what came of it is with the error
├── JobCancelled             the person asked to stop
├── JobOverdue               a job ran longer than its class may
├── JobAbandoned             every worker that tried the job was lost with it
└── LeaseLost                another worker owns the job now; its result counts, not ours
```

`message` and `fix` are shown to people, so they never hold a stack trace, a token or the text of a mail. `look_first`
holds words of a mail: it is shown to who may read that, as text.
"""

from typing import ClassVar, Self

# What parts the faults of one file in a message that tells several.
LISTED = "\n  - "


class InlaidError(Exception):
    """Base of the tree. `message` says what is wrong, `fix` what to do about it.

    Attributes:
        of_server: whether it tells how a model server is set up: others hear it as `core.model_outages` words it.
        look_first: what of the text is to be seen all the same, a line each, "" for nothing: no model is needed for it.
    """

    look_first: str = ""

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, fix: str = "", of_server: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.of_server = of_server

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()

    def reworded(self, message: str) -> Self:
        """Return the same error, cause and all, with another message; this one stays as it is."""
        kind = type(self)
        other = kind.__new__(kind, message)
        other.__dict__.update(self.__dict__, message=message)
        other.__cause__ = self.__cause__
        return other

    def to_json(self) -> dict[str, str]:
        """Return the public form: `{"code", "message", "fix"}`, with `{"of": "server"}` where it is of one.

        `look_first` stands in it where there is something.
        """
        of = {"of": "server"} if self.of_server else {}
        look = {"look_first": self.look_first} if self.look_first else {}
        return {"code": self.code, "message": self.message, "fix": self.fix, **of, **look}


class UnexpectedError(InlaidError):
    """A fault in our own code; the log has the details, the person hears that it is our side."""

    code = "unexpected"


class SettingsError(InlaidError):
    """A setting is missing or cannot be used."""

    code = "settings"


class InputError(InlaidError):
    """What the person gave cannot be used as it is."""

    code = "input"


class RecipeError(InputError):
    """A recipe file breaks a rule of the format."""

    code = "recipe"


class PolicyError(InputError):
    """The policies break a rule of the format; `line` is where, 0 when that cannot be said."""

    code = "policies"

    def __init__(self, message: str, *, fix: str = "", line: int = 0) -> None:
        super().__init__(message, fix=fix)
        self.line = line


class MessageError(InputError):
    """A mail message cannot be read."""

    code = "message"


class SuspiciousMail(MessageError):
    """A mail looks like fraud, so no reply to it is drafted."""

    code = "suspicious"


class DocumentError(InputError):
    """A document is refused; the message gives the reason."""

    code = "document"


class NotFoundError(InputError):
    """There is no such thing, or it is not the asker's."""

    code = "not_found"


class ForbiddenError(InputError):
    """The asker may not do this."""

    code = "forbidden"


class PolicyRefused(ForbiddenError):
    """A policy does not let the asker do this; the message names the rule, whose it is, and whom to ask.

    Attributes:
        rule: the key of the rule in the policies, such as `group.finance.recipes.deny`.
    """

    code = "policy"

    def __init__(self, message: str, *, fix: str = "", rule: str = "") -> None:
        super().__init__(message, fix=fix)
        self.rule = rule


class ConflictError(InputError):
    """The same key came with other content, or the state does not allow the act."""

    code = "conflict"


class SourceChanged(ConflictError):
    """What was worked on has changed since: raised by a delivery, and the work is done again on the new version."""

    code = "source_changed"


class CursorExpired(ConflictError):
    """A source does not know the place any more from which its sync was to go on: it is read from the beginning."""

    code = "cursor_expired"


class UnreadableJob(ConflictError):
    """A stored job cannot be opened: its key is not listed, or what is stored is damaged."""

    code = "unreadable"

    def __init__(self) -> None:
        super().__init__(
            "What is stored of this job cannot be read.",
            fix="An administrator can add the key it was stored with to INLAID_SECRET_KEYS; else ask for it again.",
        )


class NewerJob(UnreadableJob):
    """A stored job is in a form of a newer version: it is left to processes of that version."""

    code = "newer_version"

    def __init__(self) -> None:
        ConflictError.__init__(
            self,
            "A newer version of Inlaid has worked on this job, and this one cannot read it.",
            fix="Try again in some minutes: an upgrade is probably going on.",
        )


class WindowExceeded(InputError):
    """A prompt is longer than the model's context window."""

    code = "window"


class ModelTooSmall(InputError):
    """The work needs a writer, and every model that may be asked is too small to be one."""

    code = "model_too_small"


class JobFailed(InputError):
    """A job that a command waited for ended without a result; message and fix are those of its error."""

    code = "job_failed"


class CredentialError(InlaidError):
    """A key, token or password was refused. Asking again cannot help."""

    code = "credential"


class LimitError(InlaidError):
    """A budget, a size or a rate is used up."""

    code = "limit"


class RateLimited(LimitError):
    """Somebody asks too often; the next request may come after `retry_after_seconds`."""

    code = "rate"

    def __init__(self, message: str, *, fix: str = "", retry_after_seconds: float) -> None:
        super().__init__(message, fix=fix)
        self.retry_after_seconds = retry_after_seconds


class OutageError(InlaidError):
    """Something outside is down, slow or full; a later try can help, after `retry_after_seconds` when it said so."""

    code = "outage"
    retryable = True

    def __init__(self, message: str, *, fix: str = "", retry_after_seconds: float = 0.0) -> None:
        super().__init__(message, fix=fix)
        self.retry_after_seconds = retry_after_seconds


class ModelOutage(OutageError):
    """The model server cannot be reached, or does not answer in time."""

    code = "model_outage"


class ModelUnreachable(ModelOutage):
    """No connection to the model server can be made: it is not up, or its address is wrong."""

    code = "model_unreachable"


class BrokerOutage(OutageError):
    """The broker cannot be reached."""

    code = "broker_outage"


class BrokerFull(BrokerOutage):
    """The broker answers, but takes nothing more: its memory is used up."""

    code = "broker_full"


class StoreOutage(OutageError):
    """The database cannot be reached."""

    code = "store_outage"


class StoreFull(StoreOutage):
    """The database answers, but takes nothing more: its disk is full."""

    code = "store_full"


class SourceBusy(OutageError):
    """A source asks to wait before more of it is read: nothing is wrong, and it continues from where it stopped."""

    code = "source_busy"


class SurfaceOutage(OutageError):
    """The platform where the person is cannot be reached, so nobody can be told either: it is worth a longer wait."""

    code = "surface_outage"


class WorkerStopping(OutageError):
    """This worker is shutting down; the job goes back to the queue."""

    code = "worker_stopping"


class ModelAnswerError(InlaidError):
    """The model server answered with something that cannot be used."""

    code = "model_answer"
    retryable = True


class AnswerCut(ModelAnswerError):
    """An answer that is not whole, also after it was asked for with more room.

    Attributes:
        text: what came; it is no part of the message.
    """

    code = "answer_cut"

    def __init__(self, text: str) -> None:
        super().__init__(
            "The model's answer was cut before its end.", fix="Try a shorter text, or a model with a larger window."
        )
        self.text = text


class JobCancelled(InlaidError):
    """The person asked to stop."""

    code = "cancelled"


class JobAbandoned(InlaidError):
    """Every worker that tried the job was lost with it."""

    code = "abandoned"


class JobOverdue(InlaidError):
    """The job ran longer than its class may."""

    code = "deadline"


class LeaseLost(InlaidError):
    """Another worker owns the job now."""

    code = "lease_lost"
