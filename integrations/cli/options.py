"""Options that many commands share."""

from typing import Annotated

import typer

from core.errors import InputError

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ModelOption = Annotated[str, typer.Option("--model", help="Endpoint, or model, to use instead of the route.")]


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
