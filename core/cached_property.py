"""An attribute that is computed when it is first asked for."""

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as cached_property  # noqa: TID251 - the type checker knows this one
else:

    class cached_property(functools.cached_property):  # noqa: N801, TID251 - named as the standard one
        """Like `functools.cached_property`, without the lock that it has before Python 3.12.

        That lock is one for all instances of a class and held while a value is computed: where that waits for a
        server, each instance waits for the server of another. Threads that ask at once may compute a value twice; all
        of them get the first.
        """

        def __get__(self, instance: object, owner: type | None = None) -> Any:
            if instance is None:
                return self
            return vars(instance).setdefault(self.attrname, self.func(instance))
