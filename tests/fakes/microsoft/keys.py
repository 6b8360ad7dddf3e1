"""The keys that tokens are signed with: they can be rotated, and the old one stays published."""

import base64
import functools
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


@functools.cache
def _key(number: int) -> rsa.RSAPrivateKey:
    """Return a key; making one takes a while, so all fakes of a process share them."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class SigningKeys:
    """Signs and verifies tokens."""

    def __init__(self) -> None:
        self._names = [str(uuid.uuid4())]

    def rotate(self, *, forget_old: bool = False) -> None:
        """Sign with a new key from now on; the old ones stay in the published set unless they are forgotten."""
        number = len(self._names)
        self._names.append(str(uuid.uuid4()))
        if forget_old:
            self._names[:number] = [""] * number

    def sign(self, claims: dict[str, Any]) -> str:
        number = len(self._names) - 1
        return jwt.encode(claims, _key(number), "RS256", headers={"kid": self._names[number]})

    def verify(self, token: str, *, audiences: list[str], now: float) -> dict[str, Any]:
        """Return the claims of a token that we issued.

        Raises:
            jwt.InvalidTokenError: it is not valid, not for this audience, or has expired.
        """
        name = jwt.get_unverified_header(token).get("kid", "")
        if not name or name not in self._names:
            raise jwt.InvalidTokenError("unknown key")
        key = _key(self._names.index(name)).public_key()
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims: dict[str, Any] = jwt.decode(token, key, ["RS256"], audience=audiences, options=options)
        if claims["exp"] <= now:
            raise jwt.ExpiredSignatureError("expired")
        return claims

    def published(self) -> dict[str, Any]:
        """Return the JSON Web Key Set."""
        keys = []
        for number, name in enumerate(self._names):
            if name:
                numbers = _key(number).public_key().public_numbers()
                key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": name}
                keys.append({**key, "n": _base64(numbers.n), "e": _base64(numbers.e)})
        return {"keys": keys}


def _base64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
