"""What keeps texts and tokens private: encryption at rest."""

from core.privacy.encryption import Cipher, load_cipher

__all__ = ["Cipher", "load_cipher"]
