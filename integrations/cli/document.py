"""`inlaid document`: read, change, accept, reject and compare Word documents."""

from pathlib import Path
from typing import Annotated

import typer

from integrations.cli.run import JsonFlag

app = typer.Typer(help="Read and change Word documents by tracked changes.", no_args_is_help=True)


@app.callback()
def document() -> None:
    """Read and change Word documents by tracked changes."""


@app.command()
def read(file: Annotated[Path, typer.Argument(help="The .docx file.")], as_json: JsonFlag = False) -> None:
    """Print the paragraphs of a document with their ids."""
    from dataclasses import asdict

    from integrations.cli.terminal import output_console, print_json, read_bytes
    from integrations.documents import read_document

    text = read_document(read_bytes(file))
    if as_json:
        print_json(asdict(text))
    else:
        for paragraph in text.paragraphs:
            output_console().print(f"{paragraph.id}  {paragraph.text}", markup=False)
