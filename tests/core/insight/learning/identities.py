"""Who is learnt from."""

from core.people import Identity

ANN = Identity("local", "ann@example.com")
