"""Settings of jobs: which models write them, and how much time and work they may take. Durations are in seconds."""

from pydantic import BaseModel, Field, SecretStr

from core.settings.values import HttpUrl, OptionalPath


class JobSettings(BaseModel, frozen=True):
    """Recipes, models, embeddings, workers and the limits of a job."""

    model_url: HttpUrl = Field("", description="OpenAI-compatible server, with /v1. Empty: the embedded local model.")
    model_name: str = Field("", description="Model to ask for. Empty: the first that the server lists.")
    model_key: SecretStr = Field(SecretStr(""), description="API key of the model server.")
    model_region: str = Field(
        "", pattern="^([a-z0-9][a-z0-9-]{0,39})?$", description="Where the model server runs, such as eu, for policies."
    )
    model_local: bool = Field(
        False, description="Person data may go to INLAID_MODEL_URL; on this machine it always may."
    )
    model_timeout_seconds: float = Field(120.0, gt=0, description="Longest silence of the model server.")
    model_threads: int = Field(0, ge=0, description="Threads of the local model. 0: physical cores - 1, at least 1.")
    model_window_tokens: int = Field(0, ge=0, description="Context window. 0: as the server says, else by its size.")
    model_size: str = Field(
        "", pattern="^(small|large|)$", description="small or large. Empty: by the number of parameters in its name."
    )
    model_verify: bool = Field(False, description="A larger model compares each draft with its source.")
    models_file: OptionalPath = Field(None, description="TOML file with several endpoints, routes and budgets.")
    embeddings_url: HttpUrl = Field(
        "", description="OpenAI-compatible embeddings server, with /v1. Empty: the embedded embeddings."
    )
    embeddings_model: str = Field("", description="Embeddings: model to ask for. Empty: the first that it lists.")
    embeddings_key: SecretStr = Field(SecretStr(""), description="Embeddings: API key of the server.")
    embeddings_local: bool = Field(
        False, description="Person data may go to INLAID_EMBEDDINGS_URL; on this machine it always may."
    )
    embeddings_region: str = Field(
        "",
        pattern="^([a-z0-9][a-z0-9-]{0,39})?$",
        description="Where the embeddings server runs, such as eu, for policies.",
    )
    recipes_dir: OptionalPath = Field(None, description="Folder with further recipes (*.toml); they win by name.")
    worker_threads: int = Field(4, ge=1, le=64, description="Jobs that one worker process runs at a time.")
    worker_nice: int = Field(
        10,
        ge=0,
        le=19,
        description="How far a worker of bulk jobs alone gives way on its machine (nice); not between containers.",
    )
    worker_mailboxes: bool = Field(
        True, description="Workers look after mailboxes too. With several kinds of workers one kind is enough."
    )
    lease_seconds: float = Field(30.0, gt=0, le=300, description="How long a silent worker keeps its job.")
    sweep_seconds: float = Field(2.5, gt=0, description="How often the sweeper looks for jobs to send again.")
    resend_seconds: float = Field(
        5.0,
        gt=0,
        description="First wait before an interactive job is sent again; doubles. Bulk waits 6 times that.",
    )
    job_paragraphs: int = Field(
        6_000, ge=1, le=20_000, description="Paragraphs of a document that one job takes: 300 pages."
    )
    job_words: int = Field(200_000, ge=1, description="Words that one job takes, of a document or a text.")
    job_model_calls: int = Field(10_000, ge=1, description="Model calls that one try of a job may make.")
    deadline_interactive_seconds: float = Field(
        600.0, gt=0, description="How long one try of an interactive job may run before it fails."
    )
    deadline_background_seconds: float = Field(1800.0, gt=0, description="The same for a background job.")
    deadline_bulk_seconds: float = Field(14_400.0, gt=0, description="The same for a bulk job and for a document.")
    max_attempts: int = Field(3, ge=1, le=20, description="Tries of a job's work before it fails.")
    retry_seconds: float = Field(
        7200.0, gt=0, description="How long after its first try a job is tried again, whatever it is that failed."
    )

    @property
    def deadlines(self) -> dict[str, float]:
        """How long one try of a job may run, by queue."""
        return {
            "interactive": self.deadline_interactive_seconds,
            "background": self.deadline_background_seconds,
            "bulk": self.deadline_bulk_seconds,
        }
