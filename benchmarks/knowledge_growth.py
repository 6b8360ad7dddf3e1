"""What an index of knowledge comes to at one size, as a row of a table that shows how it grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAX_MS = {("sqlite", 100_000): 50.0, ("postgresql", 1_000_000): 100.0}
MIN_INDEXED_A_SECOND = 2_000.0
HEAD = (
    "| Store | Passages | Texts a second | Vectors a second | Hybrid p95, ms | By words | By meaning | Disk, MB"
    " | Memory | The server's | Load |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Measured:
    """What came out for one store of one size.

    Attributes:
        store: sqlite or postgresql.
        passages: how many it holds.
        texts: how many passages were indexed a second by their words; 0 where they came by COPY.
        vectors: how many vectors were taken a second, the building of their graph among it; 0 where they came by COPY.
        disk_mb: of the index.
        memory_mb: of the process that asks.
        server_mb: of the server's processes together; 0 without one.
        p95_ms: of each kind of search, by its name.
        load: of the machine at the end.
    """

    store: str
    passages: int
    texts: float
    vectors: float
    disk_mb: int
    memory_mb: int
    server_mb: int
    p95_ms: Mapping[str, float]
    load: float

    @property
    def hybrid_ms(self) -> list[float]:
        """The p95 of each kind of reader, the quickest first."""
        return sorted(taken for name, taken in self.p95_ms.items() if name.startswith("hybrid"))

    @property
    def is_reached(self) -> bool:
        """Whether the bars that apply to this size hold."""
        is_quick = self.hybrid_ms[-1] <= MAX_MS.get((self.store, self.passages), float("inf"))
        return is_quick and (not self.texts or self.texts >= MIN_INDEXED_A_SECOND)

    def row(self) -> str:
        """Return it as a row of the table."""
        counts = (self.texts, self.vectors, self.disk_mb, self.memory_mb, self.server_mb)
        texts, vectors, *sizes = (f"{count:,.0f}" if count else "-" for count in counts)
        hybrid = f"{self.hybrid_ms[0]:.0f} to {self.hybrid_ms[-1]:.0f}"
        times = (hybrid, f"{self.p95_ms['words']:.0f}", f"{self.p95_ms['meaning']:.0f}")
        cells = (self.store, f"{self.passages:,}", texts, vectors, *times, *sizes, f"{self.load:.1f}")
        return f"| {' | '.join(cells)} |"


def table(rows: Sequence[Measured]) -> str:
    """Return the rows as a table in Markdown."""
    return "\n".join([HEAD, *(measured.row() for measured in rows)])
