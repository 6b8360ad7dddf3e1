"""The points of a conversation as text, for tests that read them."""

from core.embeddings import load_embedder
from core.settings import Settings
from core.text.language import detect_language
from core.text.statements import read_statements
from core.writing.grounded.points import find_points
from core.writing.roles import roles_of


def points_of(text: str, *, with_model: bool = True) -> str:
    """Return a line for each point: its heading, and the message with who said it."""
    embedder = load_embedder(Settings()) if with_model else None
    statements = read_statements(text, detect_language(text))
    lines = []
    for point in find_points(roles_of(statements, embedder)):
        said = [statement for statement in statements if statement.turn == point.turn]
        lines.append(f"{point.heading}: **{said[0].speaker}**: {' '.join(statement.quoted for statement in said)}")
    return "\n".join(lines)
