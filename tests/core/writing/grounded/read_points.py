"""The points of a conversation as text, for tests that read them."""

from core.embeddings import load_embedder
from core.settings import Settings
from core.text.language import detect_language
from core.text.statements import read_statements
from core.writing.grounded.points import Points
from core.writing.roles import roles_of


def points_of(text: str, *, with_model: bool = True) -> str:
    """Return a line for each point: its heading, and who said what."""
    embedder = load_embedder(Settings()) if with_model else None
    points = Points(roles_of(read_statements(text, detect_language(text)), embedder))
    return "\n".join(f"{point.heading}: {points.line(point.places)}" for point in points.best())
