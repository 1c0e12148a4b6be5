"""Every key of the app, and what is wrong with keys that somebody changed."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from interviewer import tui


def every_binding() -> dict[str, tuple[str, str]]:
    """Id -> (keys, what it does), of all screens and widgets. Imports all of them."""
    found: dict[str, tuple[str, str]] = {}
    for module in sorted(m.name for m in pkgutil.walk_packages(tui.__path__, "interviewer.tui.")):
        for thing in vars(importlib.import_module(module)).values():
            if isinstance(thing, type) and thing.__module__ == module:
                for binding in vars(thing).get("BINDINGS", []):
                    found[binding.id] = (binding.key, binding.description)
    return found


def problems(changed: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with changed keys (id -> keys), each as a sentence."""
    every = every_binding()
    keys = {id: set(changed.get(id, own).split(",")) for id, (own, _) in every.items()}
    for id in changed:
        if id not in every:
            near = difflib.get_close_matches(id, every, 1)
            yield f"There is no key {id!r}{f'; did you mean {near[0]}?' if near else '.'}"
            continue
        scope = id.partition(".")[0]
        for other, its in keys.items():
            if other != id and its & keys[id] and other.partition(".")[0] in (scope, "app"):
                yield f"{', '.join(sorted(its & keys[id]))} is {every[id][1]} now, and still {every[other][1]} ({other})."
