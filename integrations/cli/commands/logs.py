"""`inlaid logs`: where the logs of `inlaid up` are, and how they end."""

import subprocess
from typing import Annotated

import typer


def logs(
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="[PART]...", help="Such as web or worker. Default: all.")
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many of each.")] = 10,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written, until Ctrl-C.")] = False,
) -> None:
    """Print the last lines of each log of `inlaid up`, below its path."""
    from core.errors import NotFoundError
    from core.settings import load_settings

    folder = load_settings().home.absolute() / "logs"
    files = {file.stem: file for file in sorted(folder.glob("*.log")) if not file.stem.endswith(".old")}
    if not files:
        raise NotFoundError(
            f"There are no logs in {folder}.",
            fix="`inlaid up` writes them there. Where services log: “Where logs are” in deploy/runbook.md.",
        )
    unknown = [part for part in parts or () if part not in files]
    if unknown:
        raise NotFoundError(f"There is no log of {', '.join(unknown)}.", fix=f"There are: {', '.join(files)}")
    wanted = [files[part] for part in parts or files]
    program = ["tail", "-n", str(lines), *(["-F"] if follow else []), "-v", *map(str, wanted)]
    raise typer.Exit(subprocess.run(program, check=False).returncode)
