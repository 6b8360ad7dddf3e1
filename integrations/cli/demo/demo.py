"""`inlaid demo`: the whole way on this machine, with bundled samples: a mail, a Word document, a question in Slack.

Starts the process tree and a mailbox in which a mail arrives, submits a job that a worker takes from Celery, and in a
clone a command of Slack, shows the results, stops everything.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.text.catalogues import N_, number, told
from integrations.cli.terminal import JsonFlag, error_console, output_console, print_json, shown_progress, write_bytes

if TYPE_CHECKING:
    from core.job import Job, JobRequest
    from core.ports import Events
    from core.store import Store
    from integrations.cli.demo.mail import DemoMailbox
    from integrations.cli.demo.slack import Scene

SAMPLES = Path(__file__).parent / "samples"
OUTPUT_FOLDER = Path("inlaid-demo")
MAX_SECONDS = 300.0
WAIT_SECONDS = 0.3
PERSON = "tom.keller@lindenhof.example"


@dataclass
class Shown:
    """One sample on its way: its job, and how far its event stream was read."""

    title: str
    job: "Job"
    after: str = ""
    step: str = "queued"
    events: list[Any] = field(default_factory=list)


def demo(
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder for the drafted reply and document.")
    ] = OUTPUT_FOLDER,
    as_json: JsonFlag = False,
) -> None:
    """Draft a reply, redline a document, answer a question in Slack, and show a small report."""
    import tempfile

    from core.settings import load_settings
    from integrations.cli.demo.mail import open_mailbox_server
    from integrations.cli.demo.slack import add_handbook, open_stage, without_slack
    from integrations.cli.processes.process_tree import process_tree

    console = error_console()
    with (
        tempfile.TemporaryDirectory(prefix="inlaid-demo-") as home,
        open_mailbox_server(PERSON) as mailbox,
        open_stage() as stage,
    ):
        settings = load_settings().model_copy(update={"home": Path(home), "database_url": "", "broker_url": ""})
        settings = without_slack(settings)
        if stage:
            add_handbook(settings, SAMPLES)
        mailbox.connect(settings)
        console.print(told("Starting broker, local model and worker on this machine …"))
        with process_tree(stage.connected(settings) if stage else settings, web=stage is not None) as tree:
            if stage:
                stage.ask(tree.web_url)
            shown, store = _run_samples(tree.settings, mailbox)
            scene = stage.post() if stage else None
            files = _write_results(shown, mailbox.drafts(), store, output)
            store.close()
    _report(shown, files, scene, as_json=as_json)


def _document_request() -> "JobRequest":
    from core.job import DocumentTarget, JobRequest

    document = (SAMPLES / "document.docx").read_bytes()
    return JobRequest(
        "proofread",
        {},
        surface="api",
        person=PERSON,
        target=DocumentTarget(subject="document.docx"),
        blobs={DocumentTarget.DOCUMENT_FILE: document},
    )


def _run_samples(settings: Any, mailbox: "DemoMailbox") -> "tuple[list[Shown], Store]":
    """Let the mail arrive, submit the document as a web process would, and follow both until they have ended."""
    from core.events.streams import StreamEvents
    from core.store import open_store
    from core.submit import load_intake, submit
    from worker.enqueue import CeleryQueue

    store = open_store(settings)
    mailbox.receive((SAMPLES / "mail.eml").read_bytes())
    queue = CeleryQueue(settings.broker_url)
    events = StreamEvents(settings.broker_url, store.jobs.cipher)
    intake = load_intake(settings, store)
    edited = submit(intake, queue, _document_request())[0]
    shown = [
        Shown(N_("A mail arrives, and a reply waits in the Drafts folder"), mailbox.noticed(store)),
        Shown(N_("A Word document comes back with tracked changes"), edited),
    ]
    deadline = time.monotonic() + MAX_SECONDS
    with shown_progress() as show:
        while any(not sample.job.has_ended for sample in shown) and time.monotonic() < deadline:
            for sample in shown:
                _follow(sample, events, store, show)
    return shown, store


def _follow(sample: Shown, events: "Events", store: "Store", show: Any) -> None:
    for event in events.read(
        sample.job.id, after=sample.after, wait_seconds=0 if sample.job.has_ended else WAIT_SECONDS
    ):
        sample.after = event.id
        show(event.kind, event.data)
    if not sample.job.has_ended:
        sample.job = store.jobs.get(sample.job.id)


def _write_results(shown: Sequence[Shown], drafts: Sequence[bytes], store: "Store", folder: Path) -> list[Path]:
    """Write the draft of the mailbox, and the redlined document when its job ended well."""
    from core.job import DocumentTarget

    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for draft in drafts:
        files.append(folder / "reply.eml")
        write_bytes(files[-1], draft)
    document = shown[1].job
    if document.state == "delivered":
        files.append(folder / "document.docx")
        write_bytes(files[-1], store.effects.get_file(document, DocumentTarget.RESULT_FILE))
    return files


def _report(shown: Sequence[Shown], files: Sequence[Path], scene: "Scene | None", *, as_json: bool) -> None:
    if as_json:
        jobs, slack = [sample.job.to_json() for sample in shown], scene.to_json() if scene else None
        print_json({"jobs": jobs, "slack": slack, "files": [str(file) for file in files]})
    else:
        _print_report(shown, files, scene)
    if any(sample.job.state != "delivered" for sample in shown):
        raise typer.Exit(1)


def _print_report(shown: Sequence[Shown], files: Sequence[Path], scene: "Scene | None") -> None:
    from rich.markup import escape
    from rich.table import Table

    from integrations.cli.demo.slack import ONLY_FROM_A_CLONE, print_scene

    console = output_console()
    table = Table(
        told("Recipe"), told("State"), told("Model"), told("Checks"), told("Seconds"), box=None, pad_edge=False
    )
    for sample in shown:
        console.print(f"\n[bold]{told(sample.title)}[/]\n")
        console.print(escape(_result_text(sample.job)))
        table.add_row(*report_row(sample.job))
    if scene:
        print_scene(scene, console)
    else:
        console.print(f"\n{told(ONLY_FROM_A_CLONE)}", markup=False)
    console.print(told("\n[bold]Report[/]\n"))
    console.print(table)
    console.print(told("\nWritten for you to open:"))
    for file in files:
        console.print(f"  {file.resolve()}", markup=False)


def _result_text(job: "Job") -> str:
    """Return what a person sees of a result: the text, or each changed paragraph."""
    if job.draft is None:
        error = job.error or {"message": "It did not end in time.", "fix": "See `inlaid jobs list`."}
        return f"{told(error['message'])} {told(error['fix'])}"
    if job.draft.edits is None:
        return job.draft.text
    changes = [f"~ {edit.text}" if edit.text is not None else f"? {told(edit.comment)}" for edit in job.draft.edits]
    doubts = [f"? {told(finding.sentence)}" for finding in job.draft.findings]
    return "\n".join([*changes, *doubts]) or told("Nothing to change.")


def report_row(job: "Job") -> tuple[str, ...]:
    """Return the line of a job in the report: recipe, state, model, what the checks remarked, seconds."""
    from core.insight.report.wording import entry_words

    draft = job.draft
    if draft is None:
        return (job.recipe, job.state, "", "", "")
    names = sorted({finding.check for finding in draft.findings})
    found = ", ".join(told(entry_words("checks", name)) for name in names) or told("all passed")
    checks = told("needs your words") if draft.skeleton else found
    return (job.recipe, job.state, draft.model or "rules", checks, number(draft.usage.seconds, 1))
