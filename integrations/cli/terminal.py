"""What the command line reads and prints: one JSON object, or lines for a person; errors in one line on stderr.

What a job does while it runs is one moving line on a terminal, and nothing when stderr is a file. Options that many
commands share stand here too.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import LISTED, ConflictError, InlaidError, InputError
from core.system.installation import with_full_paths
from core.text.catalogues import ENGLISH, counted, known, number, speaking, told

if TYPE_CHECKING:
    from rich.console import Console

    from core.drafts import Draft, JsonObject


JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelOption = Annotated[str, typer.Option("--model", help="Endpoint, or model, to use instead of the route.")]
ForceFlag = Annotated[bool, typer.Option("--force", help="Write over a file that is there; never over what was read.")]
STANDARD_STREAM = "-"
MAX_INPUT_BYTES = 30 * 1024 * 1024
LINE_CHARS = 60
# Of a question that stands whole in the text above.
MAX_REPEATED_CHARS = 100
_LOCALE_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")


def parse_pairs(pairs: list[str]) -> dict[str, str]:
    """Return `K=V` arguments as a dictionary.

    Raises:
        InputError: an argument has no `=`.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise InputError(f"--set {pair} is not of the form NAME=VALUE.", fix="For example: --set tone=friendly")
        values[name.strip()] = value
    return values


def output_console() -> "Console":
    """Return the console for results (stdout)."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def error_console() -> "Console":
    """Return the console for progress and errors (stderr)."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object."""
    # Half a character of somebody's broken text must not cost the rest.
    written = json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace").decode()
    sys.stdout.write(written + "\n")


def print_error(error: InlaidError) -> None:
    """Print the error as one line on stderr, in the language of this machine's user; of several faults each has one."""
    with speaking(own_language()):
        faults, fix = with_full_paths(told(error.message)).split(LISTED), with_full_paths(told(error.fix))
    lines = LISTED.join(" ".join(fault.split()) for fault in faults)
    between = "\n" if len(faults) > 1 else " "
    sys.stderr.write(f"inlaid: {lines}{between}{' '.join(fix.split())}".rstrip() + "\n")


def own_language() -> str:
    """Return the language of this machine's user, as its environment has it."""
    chosen = next(filter(None, (os.environ.get(name, "") for name in _LOCALE_NAMES)), "")
    if re.split(r"[._@]", chosen)[0] in {"C", "POSIX"}:
        return ENGLISH  # whoever asks for plain output gets it, whatever LANGUAGE prefers
    return known((os.environ.get("LANGUAGE") or chosen).partition(":")[0])


def read_bytes(path: Path | None) -> bytes:
    """Return the content of a file, or of standard input for `-` and for no path.

    Raises:
        InputError: it cannot be read, or is larger than 30 MB.
    """
    try:
        if path is None or str(path) == STANDARD_STREAM:
            data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_INPUT_BYTES + 1)
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder.", fix="Give a file.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", fix="Check the path.") from error
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(f"{path or 'The input'} is larger than 30 MB.", fix="Give a smaller file.")
    return data


def decode_text(data: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 by its mark, else the most likely charset.

    Raises:
        InputError: it is not a text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        text = str(best) if best else ""
    if (not text and data) or "\0" in text:
        raise InputError("The input is not a text.", fix="Give a text file; for Word files use `inlaid edit`.")
    return text


def read_material(path: Path | None) -> str:
    """Return the text of a file, one of Word, a PDF and the like among them, or of standard input.

    Raises:
        InputError: it cannot be read, is not a text, or holds none.
        DocumentError: the document is refused, with the reason.
    """
    from core.sources.formats import is_packed

    if path is None and sys.stdin.isatty():
        error_console().print(told("Type or paste the text; end with Ctrl-D on a line of its own."), markup=False)
    data = read_bytes(path)
    text = document_text(data, path.name if path else "") if is_packed(data) else decode_text(data)
    if not text.strip():
        name = path if path and str(path) != STANDARD_STREAM else told("The input")
        raise InputError(f"{name} holds no text.", fix="Give a file with text in it, or - and the text on stdin.")
    return text


def document_text(data: bytes, name: str) -> str:
    """Return the text of a document, with its headings as those of Markdown.

    Raises:
        InlaidError: it is refused, with the reason.
    """
    from integrations.registry import read_file

    blocks, outline = list[str](), list[str]()
    for section in read_file(data, name).sections:
        outline, shared = _next_outline(section.heading, outline)
        blocks += (f"{'#' * level} {text}" for level, text in enumerate(outline, 1) if level > shared)
        blocks.append(section.text)
    return "\n\n".join(blocks)


def _next_outline(heading: str, before: Sequence[str]) -> tuple[list[str], int]:
    """Return the outline of a section, which tells the end of it alone, and how many of its headings still hold.

    Args:
        heading: what the section tells.
        before: the outline of the section before.
    """
    from core.sources.sections import OUTLINE_HEADINGS
    from core.text.forms import OUTLINE_MARK

    told = heading.split(OUTLINE_MARK) if heading else []

    def shared_from(start: int) -> int:
        pairs = zip(told, before[start:], strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    start = max(range(len(before)), key=shared_from, default=0) if len(told) == OUTLINE_HEADINGS else 0
    outline, shared = [*before[:start], *told], start + shared_from(start)
    is_parent = shared == len(outline) < len(before)
    return outline, shared - is_parent


def result_path(given: Path | None, file: Path, ending: str) -> Path:
    """Return where a result goes that was made from a file: as given, else beside it, in the place of no other file.

    Args:
        given: what the person chose.
        file: what it was made from; what came from standard input goes to standard output.
        ending: what its name gets, as in "report-compared.docx".
    """
    if given is not None or str(file) == STANDARD_STREAM:
        return given or file
    names = (f"{file.stem}-{ending}{number}{file.suffix}" for number in chain([""], (f"-{n}" for n in count(2))))
    return next(path for path in map(file.with_name, names) if not path.exists())


def require_free(output: Path | None, inputs: Iterable[Path] = (), *, force: bool) -> None:
    """Refuse a place for a result where a file is: before anything is made, as nothing is then lost.

    Args:
        output: the place; None and `-` are free.
        inputs: what the result is made from, which it never replaces.
        force: whether another file may be replaced.

    Raises:
        ConflictError: there is a file.
    """
    if output is None or str(output) == STANDARD_STREAM or not output.exists():
        return
    if any(path.exists() and path.samefile(output) for path in inputs):
        raise ConflictError(f"{output} is what is read, and stays as it is.", fix="Name another file with -o.")
    if not force:
        raise ConflictError(f"{output} is there already.", fix="Name another file, or write over it with --force.")


def write_bytes(path: Path, data: bytes) -> None:
    """Write the file whole or not at all; `-` is standard output.

    Raises:
        InputError: it cannot be written.
    """
    if str(path) == STANDARD_STREAM:
        sys.stdout.buffer.write(data)
        return
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}.", fix="Choose another place with -o.") from error


def print_draft(draft: "Draft") -> None:
    """Print a draft for a person: alerts, the result, then in dim lines what the checks say and what it took."""
    from rich.markup import escape

    from core.text.entries import reasons

    console = output_console()
    for hint in draft.alert_hints:
        error_console().print(f"[yellow]{escape(hint.question)}[/]")
    if draft.subject:
        console.print(f"[bold]{told('Subject')}:[/] {escape(draft.subject)}\n")
    if draft.entries is not None:
        for entry in draft.entries:
            if entry.heading:
                console.print(f"[bold]{escape(entry.heading)}[/]")
            console.print(f"- {escape(entry.in_line())}")
            if entry.quote:
                console.print(f"  [dim]“{escape(entry.quote)}”[/]")
            for reason in reasons(entry):
                console.print(f"  {escape(reason)}")
        if not draft.entries:
            console.print(told("Nothing found."))
    elif draft.edits is None:
        console.print(escape(told(draft.text) if draft.is_refusal else draft.text))
    print_remarks(draft)


def print_remarks(draft: "Draft") -> None:
    """Print sources, gaps, findings and notices, and a line with model, time and tokens, on stderr."""
    from rich.markup import escape

    from core.text.sentences import unwrap, without_half_marks
    from core.writing.numbering import each_once

    console = error_console()
    console.print()
    is_open = draft.skeleton and not draft.is_refusal
    if is_open and draft.recipe != "ask":
        reason = next((step.reason for step in draft.escalations if step.to == "skeleton"), "")
        why = told(reason) if reason else told("no text of the model passed the checks.")
        console.print(f"[yellow]{told('Needs your words')}:[/] {escape(why)}")
    text = unwrap(draft.text).casefold()
    for source, quotes in each_once(draft.sources):
        named = " ".join(filter(None, (source.title, f"({source.date})" if source.date else "", source.link)))
        console.print(f"[dim]\\[{source.number}][/] {escape(named)}")
        for quote in quotes:
            if unwrap(without_half_marks(quote)).casefold() not in text:
                console.print(f"    [dim]“{escape(quote)}”[/]")
    print_gaps(draft)
    for other in () if draft.questions else draft.alternatives:
        console.print(f"[dim]{told('Or this:')}[/] {escape(other)}")
    for finding in draft.findings:
        console.print(f"[dim]{told(finding.severity)}:[/] {escape(told(finding.sentence))}")
    for notice in draft.notices:
        console.print(f"[dim]{told('note')}:[/] {escape(told(notice))}")
    if is_open and draft.recipe == "ask":
        # The last note says in the question's language to add a document, and this how: in no language.
        console.print("      [dim]inlaid sources add PATH[/]")
    usage = draft.usage
    taken = f"{usage.input_tokens} + {usage.output_tokens}"
    tokens = counted(
        "%(taken)s tokens in %(shown)s call", "%(taken)s tokens in %(shown)s calls", usage.calls, taken=taken
    )
    if usage.verifier_calls:
        took = f"{usage.verifier_tokens} tokens, {number(usage.verifier_seconds, 1)} s"
        tokens += told(f", {usage.verifier_calls} of them to compare with the source ({took})")
    console.print(f"[dim]{draft.model or told('rules')}, {number(usage.seconds, 1)} s, {tokens}[/]")


def print_gaps(draft: "Draft") -> None:
    """Print on stderr what is to be filled in, and what only to be looked at; what the text above has is cut.

    An alert is never cut; one that asks nothing stands above the text.
    """
    from rich.markup import escape

    from core.drafts import cut_at_word

    console = error_console()
    text = draft.text if draft.entries is None and draft.edits is None else ""
    for gap in (gap for gap in (*draft.questions, *draft.hints) if gap not in draft.alert_hints):
        is_cut = gap.place in text and not gap.is_alert
        said = cut_at_word(gap.question, MAX_REPEATED_CHARS) if is_cut else gap.question
        console.print(f"[yellow]{told('Look') if gap.is_hint else told('Fill in')}:[/] {escape(said)}")
        for choice in gap.choices:
            console.print(f"    [dim]{told('or')}:[/] {escape(choice)}")


@contextmanager
def shown_progress() -> Iterator[Callable[[str, "JsonObject"], None]]:
    """Give a function that takes events (`kind`, `data`) and keeps the line up to date."""
    from rich.markup import escape

    console = error_console()
    if not console.is_terminal:
        yield lambda _kind, _data: None
        return
    with console.status(told("Starting")) as status:
        yield ProgressLine(lambda text: status.update(escape(text))).take


@contextmanager
def shown_step(text: str) -> Iterator[None]:
    """Say on the moving line what is being done for as long as the block lasts."""
    with shown_progress() as show:
        show("progress", {"text": text, "done": 0, "total": 0})
        yield


class ProgressLine:
    """Turns events into one line: the step in words, or the end of what the model has written so far.

    Args:
        show: receives the line.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._step = ""
        self._written = ""

    def take(self, kind: str, data: "JsonObject") -> None:
        """Take one event."""
        if kind == "progress":
            counted = " " + told(f"{data['done']} of {data['total']}") if data["total"] else ""
            self._step, self._written = f"{told(data['text'])}{counted}", ""
        elif kind == "token":
            self._written += data["text"]
        elif kind == "state":
            self._step, self._written = told(str(data["state"]).capitalize()), ""
        tail = " ".join(self._written.split())[-LINE_CHARS:]
        self._show(f"{self._step}: {tail}" if tail else self._step)
