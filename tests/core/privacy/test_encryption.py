"""Sealed values: which key opens them, whose they are, and the file of keys that one machine has."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from core.errors import SettingsError
from core.privacy.encryption import Cipher, KeyFile, key_name, load_cipher, new_key
from core.settings import Settings


def test_the_newest_key_seals_and_every_listed_one_opens() -> None:
    old, new = new_key(), new_key()
    sealed = Cipher([old]).seal("acme", {"text": "Grüße"})
    both = Cipher([new, old])
    assert both.open("acme", sealed) == {"text": "Grüße"}
    assert both.seal("acme", 1).startswith(key_name(new).encode())
    moved = both.reseal(sealed)
    assert Cipher([new]).open("acme", moved) == {"text": "Grüße"}
    assert not Cipher([old]).can_open(moved)


def test_a_value_of_another_workspace_does_not_open_here() -> None:
    cipher = Cipher([new_key()])
    with pytest.raises(SettingsError, match="another workspace"):
        cipher.open("globex", cipher.seal("acme", "secret"))
    with pytest.raises(SettingsError, match="another workspace"):
        cipher.open_bytes("globex", cipher.seal_bytes("acme", b"\0secret"))
    assert cipher.open_bytes("acme", cipher.seal_bytes("acme", b"\0secret")) == b"\0secret"


def test_what_was_sealed_before_keys_had_names_opens() -> None:
    key = new_key()
    former = Fernet(key).encrypt(b'["acme", [1, 2]]')
    assert Cipher([new_key(), key]).open("acme", former) == [1, 2]


@pytest.mark.parametrize("damaged", [b"", b"x", b"00000000:x", b"\xff:\xff"])
def test_what_is_damaged_is_told_with_what_to_do(damaged: bytes) -> None:
    cipher = Cipher([new_key()])
    assert not cipher.can_open(damaged)
    with pytest.raises(SettingsError, match="inlaid keys status"):
        cipher.open("acme", damaged)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="inlaid keys new"):
        Cipher(["no key"])


def test_the_key_file_is_made_once_for_its_owner_alone_and_followed_when_it_changes(settings: Settings) -> None:
    cipher = load_cipher(settings)
    file = KeyFile(settings.home)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    (first,) = file.ensured()
    assert list(cipher.names) == [key_name(first)]
    assert file.changed() is None

    newer = new_key()
    file.put_first(newer)
    assert list(file.changed() or ()) == [newer, first]
    assert list(cipher.names) == [key_name(newer), key_name(first)]
    assert sorted(path.name for path in settings.home.iterdir()) == ["secret.key"]


def test_an_empty_key_file_is_not_replaced(home: Path) -> None:
    home.mkdir()
    KeyFile(home).path.write_text("\n")
    with pytest.raises(SettingsError, match="is empty"):
        KeyFile(home).ensured()


@pytest.mark.parametrize("damaged", [b"gAAAA", b"\xff\xfe\x00"])
def test_a_damaged_key_file_is_named_and_no_new_key_advised(settings: Settings, damaged: bytes) -> None:
    settings.home.mkdir()
    path = KeyFile(settings.home).path
    path.write_bytes(damaged)
    with pytest.raises(SettingsError, match="not a key") as refused:
        load_cipher(settings)
    assert refused.value.message.startswith(f"{path} holds something")
    assert refused.value.fix == f"Put back your copy of it at {path}. A new key cannot read what is stored."
    path.write_text(new_key())
    with pytest.raises(SettingsError, match=r"cannot be decrypted with the keys in .*secret\.key"):
        load_cipher(settings).open("acme", Cipher([new_key()]).seal("acme", 1))


def test_keys_that_are_set_win_and_a_server_makes_none(settings: Settings) -> None:
    key = new_key()
    assert load_cipher(settings.model_copy(update={"secret_keys": (SecretStr(key),)})).names == (key_name(key),)
    with pytest.raises(SettingsError, match="INLAID_SECRET_KEYS is not set"):
        load_cipher(settings.model_copy(update={"database_url": "postgresql://db/inlaid"}))
    assert not KeyFile(settings.home).exists()
