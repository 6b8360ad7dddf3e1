"""A worker says by a file whether it can work."""

import threading
from pathlib import Path

from core.errors import StoreFull
from worker.readiness import ReadinessFile


def test_a_worker_says_by_a_file_whether_it_can_work(tmp_path: Path) -> None:
    path, stopping, looked = tmp_path / "worker.ready", threading.Event(), threading.Semaphore(0)
    broken: list[Exception] = []

    def probe() -> None:
        looked.release()
        if broken:
            raise broken[0]

    def after_two_looks() -> bool:
        """Wait for a look that began after this call, and for what followed from it."""
        while looked.acquire(blocking=False):
            pass
        for _ in range(2):
            assert looked.acquire(timeout=5)
        return path.exists()

    readiness = ReadinessFile(path, lambda: (probe,), stopping, check_seconds=0.01)
    thread = threading.Thread(target=readiness.run)
    thread.start()
    assert after_two_looks()
    broken.append(StoreFull("The database has no space left."))
    assert not after_two_looks()
    broken.clear()
    assert after_two_looks()
    stopping.set()
    thread.join(5)
    assert not path.exists()
