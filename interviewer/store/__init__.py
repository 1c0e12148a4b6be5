"""Where interviews are kept: one SQLite file of events, and what can be rebuilt from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.store.sqlite import Store

__all__ = ["Store"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from interviewer.store.sqlite import Store

        return Store
    raise AttributeError(name)
