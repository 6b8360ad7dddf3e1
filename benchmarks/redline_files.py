"""The files that the redline benchmark works on."""

import io
import random
import zipfile
from collections.abc import Iterator

PARAGRAPHS_PER_PAGE = 10
_VOCABULARY = """
the of and to in is that for it as was with be by on not he this are at from but have an they which one you were her
all she there would their we him been has when who will more no if out so said what up its about into than them can
only other new some could time these two may then do first any my now such like our over man me even most made after
also did many before must through back years where much your way well down should because agreement party notice
payment delivery liability warranty termination confidential obligation schedule supplier
"""
WORDS = _VOCABULARY.split()


def sentence(dice: random.Random) -> str:
    """Return about ten words."""
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(7, 13))).capitalize() + "."


def long_document(pages: int) -> bytes:
    """Return a document with headings, formatted runs, lists and tables, made by python-docx."""
    import docx

    dice = random.Random(pages)
    document = docx.Document()
    body = document.element.body
    for page in range(pages):
        if page % 10 == 0:
            document.add_heading(f"Chapter {page // 10 + 1}", 1)
        for number in range(PARAGRAPHS_PER_PAGE):
            paragraph = body.add_p()
            for _ in range(3):
                run = paragraph.add_r()
                run.text = f"{sentence(dice)} "
                if dice.random() < 0.3:
                    run.get_or_add_rPr().get_or_add_b()
            if number == PARAGRAPHS_PER_PAGE - 1:
                paragraph.style = "ListBullet"
    body.append(body.sectPr)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Yield files that must be refused, by what is wrong with them."""
    good = _parts()
    yield "styles-bomb", _with_zeros(good, "word/fontTable.xml", 834)
    yield "image-bomb", _with_zeros(good, "word/media/image1.png", 1_200)
    yield "ratio", _with_zeros(good, "word/media/image1.png", 90)
    yield "entries", _package({**good, **{f"word/media/{n}.png": b"" for n in range(6_000)}})
    doctype = b"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
    yield "doctype", _package({**good, "word/document.xml": doctype + good["word/document.xml"]})
    yield "tags", _package({**good, "word/document.xml": b"<w>" + b"<a/>" * 9_000_000 + b"</w>"})
    yield "depth", _package({**good, "word/document.xml": b"<a>" * 100_000})
    yield "names", _package({**good, "../../x": b""})
    yield "cut-off", _package(good)[:-100]


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(long_document(1))) as package:
        return {name: package.read(name) for name in package.namelist()}


def _package(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def _with_zeros(files: dict[str, bytes], name: str, megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for other, content in files.items():
            if other != name:
                package.writestr(other, content)
        with package.open(name, "w") as entry:
            for _ in range(megabytes):
                entry.write(bytes(1_000_000))
    return out.getvalue()
