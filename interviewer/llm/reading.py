"""Data out of what a model wrote: found, parsed strictly, and held to a schema."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NoReturn

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


class Invalid(Exception):
    """A reply is not the data asked for; the message says what is wrong with it, for the model too."""


def read(text: str, schema: str) -> Any:
    """The data in a reply. ``schema`` is the JSON Schema as text. Raises Invalid."""
    data = parse(found(text))
    try:
        wrong = next(iter(_validator(schema).iter_errors(data)), None)
    except RecursionError:
        raise Invalid("nested too deeply") from None
    if wrong is not None:
        place = "/".join(str(step) for step in wrong.absolute_path) or "the whole"
        raise Invalid(f"{place}: {wrong.message[:300]}")
    return data


def found(text: str) -> str:
    """The JSON in a reply: in a fence, or from the first brace to the last; reasoning left out."""
    text = _THOUGHTS.sub("", text).strip()
    if fenced := _FENCE.search(text):
        return fenced.group(1)
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def parse(text: str) -> Any:
    """Strict JSON: no NaN, no key twice, no bottomless nesting. Raises Invalid."""
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as error:
        raise Invalid(f"not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise Invalid("nested too deeply") from None
    except ValueError:  # Python reads no longer ones
        raise Invalid("not JSON: a number with thousands of digits") from None


def _no_constant(name: str) -> NoReturn:
    raise Invalid(f"{name} is not JSON")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twin = next(key for key in keys if keys.count(key) > 1)
        raise Invalid(f"the key {twin[:60]!r} stands twice")
    return dict(pairs)


@lru_cache(maxsize=32)
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))
