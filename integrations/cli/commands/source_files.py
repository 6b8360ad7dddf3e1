"""What a file on disk says, as text: Word, mail, Markdown and plain text."""

from collections.abc import Iterator
from pathlib import Path

from core.errors import InputError

SUFFIXES = (".txt", ".md", ".markdown", ".rst", ".docx", ".eml")


def files_in(paths: list[Path]) -> Iterator[Path]:
    """Return the files; of a folder all that can be read, hidden ones left out.

    Raises:
        InputError: a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = (one for one in sorted(path.rglob("*")) if one.suffix.lower() in SUFFIXES and one.is_file())
            yield from (one for one in inside if not any(part.startswith(".") for part in one.relative_to(path).parts))
        elif path.is_file():
            yield path
        else:
            raise InputError(f"{path} does not exist.", fix="Check the path.")


def text_of(path: Path) -> str:
    """Return the text of a file; headings of Word documents as Markdown headings.

    Raises:
        InlaidError: it cannot be read, or is refused with the reason.
    """
    from integrations.cli.terminal import decode_text, read_bytes

    data = read_bytes(path)
    suffix = path.suffix.lower()
    if suffix == ".docx":
        from integrations.documents.isolated import read_document

        paragraphs = read_document(data).paragraphs
        return "\n\n".join(f"# {one.text}" if one.heading_level else one.text for one in paragraphs if one.text.strip())
    if suffix == ".eml":
        from integrations.mail.isolated import parse_message

        message = parse_message(data)
        return f"# {message.subject}\n\n{message.text}"
    return decode_text(data)
