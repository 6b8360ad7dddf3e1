"""Writes PDF files from texts with their places, as other programs do that compress nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

FONTS = {"regular": "Helvetica", "bold": "Helvetica-Bold"}


@dataclass(frozen=True)
class Words:
    """Words that stand at a place: points from the lower left corner. `before` are operators of PDF before them."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 11
    font: str = "regular"
    before: str = ""


def pdf_file(*pages: Sequence[Words | str], width: float = 612, height: float = 792, rotate: int = 0) -> bytes:
    """Return a file of these pages; a text among the words is drawn as it is, in operators of PDF."""
    fonts = " ".join(f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>"
                     for name, base in FONTS.items())  # fmt: skip
    numbers = [4 + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< /Font << {fonts} >> >>".encode(),
    ]
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {rotate} /Resources 3 0 R"
            f" /Contents {number + 1} 0 R >>".encode()
        )
        drawn = b"\n".join(_operators(words) for words in page)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _written(objects)


def column(
    lines: Sequence[str], *, x: float = 72, y: float = 700, size: float = 11, font: str = "regular"
) -> list[Words]:
    """Return lines below each other."""
    return [Words(line, x, y - number * size * 1.2, size, font) for number, line in enumerate(lines)]


def _operators(words: Words | str) -> bytes:
    if isinstance(words, str):
        return words.encode()
    text = words.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    head = f"q {words.before} BT /{words.font} {words.size} Tf 1 0 0 1 {words.x} {words.y} Tm (".encode()
    return head + text + b") Tj ET Q"


def _written(objects: Sequence[bytes]) -> bytes:
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(data)
