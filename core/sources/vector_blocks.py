"""Vectors in the embedded index: each whole in 8 bits a number, and shortened for a first look at all of them.

A search compares the question with the short codes of every passage that the reader may see, then with the whole
vectors of the nearest `RESCORED`. The codes are the vectors' coordinates along the `CODE_DIMENSIONS` directions in
which they differ most (principal components), in blocks that numpy multiplies. Measured on 100,000
vectors spread as those of multilingual-e5-small are: 99 % of the ten nearest are among the 200, with one bit a
dimension 68 %. `vec0` of sqlite-vec took three to five times as long (45 ms and more, with a filter 30 ms above), most
of it for its filters and its choice of the nearest.

Few vectors are compared whole.
"""

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.sources.knowledge_file import Transaction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Rows = NDArray[np.void]

CODE_DIMENSIONS = 128
RESCORED = 200
BLOCK_ROWS = 2_048
# From so many vectors on there are codes; they are fitted anew whenever there are so many times more.
MIN_FITTED = 2_000
REFIT_FACTOR = 4
_SAMPLE = 5_000
_READ_ROWS = 5_000
_GONE = -1


@dataclass(frozen=True)
class Condition:
    """What may be found: as the values that statements bind, and as a mask over the rows of a block.

    Attributes:
        access: the access lists.
        sources: the numbers of the sources, None for all.
    """

    access: frozenset[int]
    sources: frozenset[int] | None

    @property
    def values(self) -> tuple[str, bool, str]:
        """Return what the statements bind that hold this condition."""
        return _json(self.access), self.sources is None, _json(self.sources or ())

    def mask(self, rows: "Rows") -> "NDArray[np.bool_]":
        """Return which rows fulfil it."""
        import numpy as np

        kept: NDArray[np.bool_] = np.isin(rows["access"], list(self.access)) & (rows["id"] != _GONE)
        if self.sources is not None:
            kept &= np.isin(rows["source"], list(self.sources))
        return kept


class VectorBlocks:
    """The vectors of one state of the file.

    Args:
        file: in a transaction.
    """

    def __init__(self, file: Transaction) -> None:
        self._file = file

    def add(self, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Store vectors in 8 bits, by the ids of passages that have none."""
        self._file.run_many(
            "UPDATE passage SET vector = ? WHERE id = ?", ((vector, passage) for passage, vector in vectors)
        )
        if not vectors:
            return
        count = self._count("vectors", len(vectors))
        if count >= max(MIN_FITTED, REFIT_FACTOR * self._file.meta("fitted", 0)):
            self._fit()
        elif self._file.meta("fitted", 0):
            self._code([passage for passage, _ in vectors])

    def remove(self, first: int, last: int) -> None:
        """Forget the vectors of a range of passages."""
        found = self._file.run(
            "SELECT id, block FROM passage WHERE id BETWEEN ? AND ? AND vector IS NOT NULL", (first, last)
        )
        if not found:
            return
        count = self._count("vectors", -len(found))
        for block in {block for _, block in found if block is not None}:
            rows = self._rows(block)
            rows["id"][(rows["id"] >= first) & (rows["id"] <= last)] = _GONE
            self._write_rows(block, rows)
        self._file.run("UPDATE passage SET vector = NULL WHERE id BETWEEN ? AND ?", (first, last))
        if self._file.meta("rows", 0) > 2 * count + 2 * BLOCK_ROWS and count >= MIN_FITTED:
            self._fit()

    def move(self, first: int, last: int, access: int) -> None:
        """Change who may see a range of passages."""
        blocks = self._file.run(
            "SELECT DISTINCT block FROM passage WHERE id BETWEEN ? AND ? AND block IS NOT NULL", (first, last)
        )
        for (block,) in blocks:
            rows = self._rows(block)
            rows["access"][(rows["id"] >= first) & (rows["id"] <= last)] = access
            self._write_rows(block, rows)

    def clear(self) -> None:
        """Forget all vectors."""
        self._file.run("UPDATE passage SET vector = NULL, block = NULL WHERE vector IS NOT NULL")
        self._drop_codes()
        self._file.run("DELETE FROM meta WHERE name IN ('vectors', 'fitted')")

    def nearest(self, vector: Sequence[float], condition: "Condition", limit: int) -> list[int]:
        """Return the passages that are nearest, the best first."""
        import numpy as np

        asked = np.asarray(vector, dtype=np.float32)
        if self._file.meta("fitted", 0):
            found = self._coarse(asked, condition, max(RESCORED, 2 * limit))
            rows = self._file.run(
                "SELECT id, vector FROM passage WHERE id IN (SELECT value FROM json_each(?))", (_json(found),)
            )
        else:
            rows = self._file.run(
                "SELECT p.id, p.vector FROM passage p JOIN item i ON i.id = p.id >> 20 WHERE p.vector IS NOT NULL"
                " AND i.access IN (SELECT value FROM json_each(?))"
                " AND (? OR i.source IN (SELECT value FROM json_each(?)))",
                condition.values,
            )
        if not rows:
            return []
        whole = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.int8).reshape(len(rows), -1)
        scores = whole.astype(np.float32) @ asked / np.maximum(np.linalg.norm(whole.astype(np.float32), axis=1), 1)
        return [rows[at][0] for at in np.argsort(-scores, kind="stable")[:limit]]

    def _coarse(self, asked: "Floats", condition: "Condition", limit: int) -> list[int]:
        import numpy as np

        centre, directions, _ = self._projection()
        code = (asked - centre) @ directions
        blocks = self._file.run("SELECT id, used, rows FROM block ORDER BY id")
        rows = np.frombuffer(b"".join(block[2] for block in blocks), dtype=_row_type())
        kept = condition.mask(rows)
        scores, start = np.full(len(rows), -np.inf, dtype=np.float32), 0
        for block, used, _ in blocks:
            part = slice(start, start + used)
            if kept[part].any():
                scores[part] = self._codes(block, used) @ code
            start += used
        ids, scores = rows["id"][kept], scores[kept]
        best = np.argpartition(-scores, limit)[:limit] if len(scores) > limit else np.arange(len(scores))
        return [int(passage) for passage in ids[best]]

    def _fit(self) -> None:
        """Find the directions from what is there, and code everything along them."""
        import numpy as np

        self._drop_codes()
        sample = self._file.run(
            "SELECT vector FROM passage WHERE vector IS NOT NULL ORDER BY (id * 2654435761) % 4294967291 LIMIT ?",
            (_SAMPLE,),
        )
        vectors = _unit(np.frombuffer(b"".join(row[0] for row in sample), dtype=np.int8).reshape(len(sample), -1))
        centre = vectors.mean(axis=0)
        _, found = np.linalg.eigh(np.cov((vectors - centre).T))
        directions = np.ascontiguousarray(found[:, ::-1][:, :CODE_DIMENSIONS], dtype=np.float32)
        scale = 127 / max(float(np.abs((vectors - centre) @ directions).max()), 1e-6)
        parts = (centre.astype(np.float32), directions, np.array([scale], dtype=np.float32))
        self._file.set_meta("projection", b"".join(part.tobytes() for part in parts))
        self._file.set_meta("fitted", self._file.meta("vectors", 0))
        every = self._file.run("SELECT id FROM passage WHERE vector IS NOT NULL")
        for at in range(0, len(every), _READ_ROWS):
            self._code([row[0] for row in every[at : at + _READ_ROWS]])

    def _code(self, passages: Sequence[int]) -> None:
        """Put the codes of stored vectors into blocks, the last one first where it has room."""
        import numpy as np

        centre, directions, scale = self._projection()
        found = self._file.run(
            "SELECT p.id, i.access, i.source, i.modified, p.vector FROM passage p JOIN item i ON i.id = p.id >> 20"
            " WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
            (_json(passages),),
        )
        if not found:
            return
        rows = np.array([row[:4] for row in found], dtype=_row_type())
        whole = np.frombuffer(b"".join(row[4] for row in found), dtype=np.int8).reshape(len(found), -1)
        codes = np.clip(np.round((_unit(whole) - centre) @ directions * scale), -127, 127).astype(np.int8)
        self._count("rows", len(found))
        at = 0
        while at < len(rows):
            block, used = self._block_with_room()
            part = slice(at, at + BLOCK_ROWS - used)
            self._append(block, used, rows[part], codes[part])
            at += BLOCK_ROWS - used

    def _block_with_room(self) -> tuple[int, int]:
        last = self._file.run("SELECT id, used FROM block ORDER BY id DESC LIMIT 1")
        block, used = last[0] if last else (0, BLOCK_ROWS)
        return (block, used) if used < BLOCK_ROWS else (block + 1, 0)

    def _append(self, block: int, used: int, rows: "Rows", codes: "NDArray[np.int8]") -> None:
        former_rows, former_codes = b"", b""
        if used:
            statement = "SELECT rows, codes FROM block JOIN block_codes USING (id) WHERE id = ?"
            former_rows, former_codes = self._file.run(statement, (block,))[0]
        run = self._file.run
        run("INSERT OR REPLACE INTO block VALUES(?, ?, ?)", (block, used + len(rows), former_rows + rows.tobytes()))
        run("INSERT OR REPLACE INTO block_codes VALUES(?, ?)", (block, former_codes + codes.tobytes()))
        self._file.run_many(
            "UPDATE passage SET block = ? WHERE id = ?", ((block, int(passage)) for passage in rows["id"])
        )

    def _projection(self) -> "tuple[Floats, Floats, float]":
        import numpy as np

        stored = np.frombuffer(self._file.meta("projection", b""), dtype=np.float32)
        dimensions = self._file.meta("dimensions", 0)
        directions = stored[dimensions:-1].reshape(dimensions, -1)
        return stored[:dimensions], directions, float(stored[-1])

    def _codes(self, block: int, used: int) -> "Floats":
        import numpy as np

        codes = self._file.run("SELECT codes FROM block_codes WHERE id = ?", (block,))[0][0]
        return np.frombuffer(codes, dtype=np.int8).reshape(used, -1).astype(np.float32)

    def _rows(self, block: int) -> "Rows":
        import numpy as np

        rows = self._file.run("SELECT rows FROM block WHERE id = ?", (block,))[0][0]
        return np.frombuffer(rows, dtype=_row_type()).copy()

    def _write_rows(self, block: int, rows: "Rows") -> None:
        if (rows["id"] == _GONE).all():
            self._file.run("DELETE FROM block WHERE id = ?", (block,))
            self._file.run("DELETE FROM block_codes WHERE id = ?", (block,))
            self._count("rows", -len(rows))
        else:
            self._file.run("UPDATE block SET rows = ? WHERE id = ?", (rows.tobytes(), block))

    def _drop_codes(self) -> None:
        for statement in ("DELETE FROM block", "DELETE FROM block_codes"):
            self._file.run(statement)
        self._file.run("DELETE FROM meta WHERE name IN ('projection', 'rows')")

    def _count(self, name: str, change: int) -> int:
        count = int(self._file.meta(name, 0)) + change
        self._file.set_meta(name, count)
        return count


def packed(vector: Sequence[float]) -> bytes:
    """Return a vector in 8 bits a number; its length is lost, which cosines do not need."""
    import numpy as np

    values = np.asarray(vector, dtype=np.float32)
    return np.round(values * (127 / max(float(np.abs(values).max()), 1e-12))).astype(np.int8).tobytes()


@functools.cache
def _row_type() -> "np.dtype[np.void]":
    import numpy as np

    return np.dtype([("id", "<i8"), ("access", "<i8"), ("source", "<i8"), ("modified", "<f8")])


def _unit(whole: "NDArray[np.int8]") -> "Floats":
    import numpy as np

    values = whole.astype(np.float32)
    unit: Floats = values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1)
    return unit


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))
