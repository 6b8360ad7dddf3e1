"""Types of values that settings have, and how a value is shown."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

MASK = "****"


def split_list(value: object) -> object:
    """Return the parts of a text with commas or line breaks."""
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", ",").split(",") if part.strip()]
    return value


def _http_url(value: str) -> str:
    if value and urlsplit(value).scheme not in {"http", "https"}:
        raise ValueError("must begin with http:// or https://")
    return value.rstrip("/")


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Texts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_list)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(split_list)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
# An empty path would be the folder that Inlaid is started in.
OptionalPath = Annotated[Path | None, BeforeValidator(_none_if_empty)]


def mask(value: object) -> str:
    """Return a value as it may be shown, with secrets and the passwords of URLs replaced."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, tuple):
        return ", ".join(mask(part) for part in value)
    if isinstance(value, str) and "://" in value:
        return mask_url(value)
    return "" if value is None else str(value)


def mask_url(url: str) -> str:
    """Return the URL with its passwords replaced, those of its query too, for logs and `inlaid doctor`."""
    parts = urlsplit(url)
    names = [(option.partition("=")[0], option) for option in parts.query.split("&")]
    query = "&".join(f"{name}={MASK}" if "password" in name.lower() else option for name, option in names)
    if parts.password is None:
        return urlunsplit(parts._replace(query=query)) if query != parts.query else url
    netloc = f"{parts.username or ''}:{MASK}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc, query=query))
