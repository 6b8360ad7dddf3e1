"""Values of settings: lists in one text, addresses, and what may be shown of a secret."""

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from core.settings import load_settings
from core.settings.values import MASK, HttpUrl, mask, mask_url, split_list


def test_a_list_is_written_with_commas_or_in_lines() -> None:
    assert split_list(" a, b\n\nc,") == ["a", "b", "c"]
    assert split_list(("a",)) == ("a",)


def test_an_address_is_http_and_ends_without_a_slash() -> None:
    assert TypeAdapter(HttpUrl).validate_python("https://inlaid.example/") == "https://inlaid.example"
    with pytest.raises(ValidationError, match="must begin with http"):
        TypeAdapter(HttpUrl).validate_python("ftp://inlaid.example")


def test_no_secret_is_shown() -> None:
    assert mask((SecretStr("k1"), SecretStr(""))) == f"{MASK}, "
    assert mask("redis://user:secret@host:6379/0") == f"redis://user:{MASK}@host:6379/0"
    assert mask_url("redis://host:6379/0") == "redis://host:6379/0"
    assert mask("postgresql://host/inlaid?password=secret&sslmode=require") == (
        f"postgresql://host/inlaid?password={MASK}&sslmode=require"
    )
    assert mask_url("sentinel://:secret@one:1,two:2/0?master=m&sentinel_password=secret") == (
        f"sentinel://:{MASK}@one:1,two:2/0?master=m&sentinel_password={MASK}"
    )
    assert mask(None) == ""


@pytest.mark.parametrize("name", ["models_file", "policies_file", "recipes_dir"])
def test_an_empty_path_is_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("", " "):
        monkeypatch.setenv(f"INLAID_{name.upper()}", given)
        assert getattr(load_settings(), name) is None
