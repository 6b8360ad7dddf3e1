"""Work on foreign data in a process of its own, with ceilings of time and memory.

A parser of files and mails can be made to run for ever, to take all memory, or to end its process. So a surface calls
it through a `Boundary`: a small server process forks a child for each call, which ends with that call.

```python
DOCUMENTS = Boundary("document", DocumentError, fix="Save it again in Word and retry.")
text = DOCUMENTS.call(read_document, data, view="current")  # as read_document(data, view="current")
```

The server is a program of its own and has one thread, so that forking is safe however many threads its caller has. It
holds what was imported, so a call costs some milliseconds; it starts with the first call, and ends with the process
that started it, after some idle minutes, or with `stop_isolation`.
"""

from core.isolation.boundary import Boundary, stop_isolation

__all__ = ["Boundary", "stop_isolation"]
