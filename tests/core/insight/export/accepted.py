"""Accepted work, as pairs."""

from core.insight.export.pairs import AcceptedPair


def pair(author: str, source: str) -> AcceptedPair:
    return AcceptedPair("reply", {"message": source}, (), f"To {source}", "x", "en", "2026-01", author, source, source)
