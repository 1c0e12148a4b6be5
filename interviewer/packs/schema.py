"""The JSON Schemas of packs, and their errors in words at a line and column.

jsonschema takes 0.1 s to import: loading the packs that ship does without it and this module
(``interviewer check`` and the tests hold those to their schema), a person's own packs are validated
whenever they load.
"""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from interviewer.packs.document import Document, Node, Surprise

Name = Literal["question", "exercise", "plan"]

#: A file that is wholly something else is not worth more lines than this.
MAX_PROBLEMS = 100

_SINGULAR = {
    "questions": "question",
    "points": "point",
    "misconceptions": "misconception",
    "exemplars": "exemplar",
    "checks": "check",
    "assets": "asset",
    "forbid": "forbidden name",
    "terms": "group",
    "follow_ups": "follow-up",
    "plans": "plan",
    "stages": "stage",
    "days": "day",
}
_TYPES = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def schema(name: Name) -> dict[str, Any]:
    """One of the JSON Schemas (draft 2020-12)."""
    return json.loads(Path(__file__).with_name(f"{name}.schema.json").read_text("utf-8"))


def validate(document: Document, name: Name, strict: bool = False) -> None:
    """Add what the schema has against a document to its problems.

    Args:
        strict: hold it to what the packs that ship must have besides.
    """
    if document.root is None:
        return
    seen = set()
    errors = _validator(name, strict).iter_errors(document.root.data())
    for error in itertools.islice(errors, MAX_PROBLEMS):
        if document.cut and len(error.absolute_path) < 2:
            continue  # the list lacks what could not be read, and that was said
        for node, message in _say(error, document.root):
            if (said := (node.place, message)) not in seen:
                seen.add(said)
                document.problem(node, message)
    if next(errors, None):
        document.hopeless = True
        document.problem(document.root, "has more problems than these; the rest is not listed")
    document.sort()


@cache
def _validator(name: Name, strict: bool) -> Any:
    from jsonschema import Draft202012Validator, validators

    schemas = {f"{each}.schema.json": schema(each) for each in ("question", "exercise", "plan")}
    whole = _inlined(schemas[f"{name}.schema.json"], schemas, f"{name}.schema.json")
    shipped = whole.pop("$defs")["shipped-file"]
    cls = validators.extend(Draft202012Validator, {"uniqueItems": _unique_items})
    return cls({"allOf": [whole, shipped]} if strict else whole)


def _inlined(part: Any, schemas: dict[str, Any], file: str) -> Any:
    """A part of a schema with what it refers to in its place; validating is then several times faster."""
    if isinstance(part, list):
        return [_inlined(each, schemas, file) for each in part]
    if not isinstance(part, dict):
        return part
    own = {
        key: _inlined(value, schemas, file) for key, value in part.items() if key not in ("$ref", "$schema")
    }
    if "$ref" not in part:
        return own
    other, _, pointer = part["$ref"].partition("#")
    target = schemas[other or file]
    for step in pointer.strip("/").split("/"):
        target = target[step]
    return _inlined(target, schemas, other or file) | own


def _unique_items(_validator: Any, wanted: bool, items: Any, _schema: Any) -> Iterator[Any]:
    """jsonschema's own is quadratic on mixed lists, and does not say which item is the second."""
    from jsonschema import ValidationError

    seen: set[str] = set()
    for index, item in enumerate(items if wanted and isinstance(items, list) else ()):
        if not isinstance(item, str):
            continue  # never right in a list that must be unique, and said elsewhere
        if item in seen:
            yield ValidationError("is given twice", path=[index], validator="uniqueItems", instance=item)
        seen.add(item)


def _say(error: Any, root: Node) -> Iterator[tuple[Node, str]]:
    """One schema error as places and sentences."""
    path = list(error.absolute_path)
    node, what = root.at(path), _thing(path)
    rule, bound, value = error.validator, error.validator_value, error.instance
    if rule == "required":
        missing = [key for key in bound if key not in value]
        yield node, f"{what} lacks {_listed(missing)}"
    elif rule == "additionalProperties":
        known = list(error.schema.get("properties", ()))
        for key in value:
            if key not in known:
                yield node.value[key].key, f"unknown key `{key}`{_did_you_mean(key, known)}"
    elif rule == "not":
        yield node, f"{what} does not belong here"
    elif rule == "type":
        yield node, _type_message(what, bound, node) if path else _root_message(error.schema)
    elif rule == "enum":
        yield node, _surprise(what, node) or _enum_message(what, bound, value)
    else:
        yield node, _bound_message(what, error)


def _root_message(of: dict[str, Any]) -> str:
    return f"the file must be a mapping with {_listed(of['required'])}"


def _bound_message(what: str, error: Any) -> str:
    rule, bound, value = error.validator, error.validator_value, error.instance
    match rule:
        case "pattern" if not value.strip():
            return f"{what} is empty"
        case "pattern":
            shown = value.strip() if len(value) <= 80 else "a long text"
            return f"{what} cannot be `{shown}`: write {error.schema['title']}"
        case "minItems":
            return f"{what} needs at least {bound} items, and has {len(value)}"
        case "maxItems":
            return f"{what} takes at most {bound} items, and has {len(value)}"
        case "minimum":
            return f"{what} must be at least {bound}, not {value}"
        case "maximum":
            return f"{what} must be at most {bound}, not {value}"
        case "exclusiveMinimum":
            return f"{what} must be more than {bound}, not {value}"
        case "maxLength":
            return f"{what} is longer than {bound} characters"
        case "uniqueItems":
            return f"{what} is given twice"
    return f"{what}: {error.message}"


def _thing(path: list[Any]) -> str:
    """What stands at a path, in words: the file, `prompt`, point 2, item 3 of `accept`."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return f"`{last}`"
    if path[-2] in _SINGULAR:
        return f"{_SINGULAR[path[-2]]} {last + 1}"
    return f"item {last + 1} of {_thing(path[:-1])}"


def _type_message(what: str, wanted: str, node: Node) -> str:
    value = node.value
    if wanted == "string" and (message := _surprise(what, node)):
        return message
    if value is None:
        return f"{what} is empty; it must be {_TYPES[wanted]}"
    if wanted == "string" and isinstance(value, dict):
        return f"{what} must be text, and reads as a mapping; text that holds `: ` needs quotes"
    if wanted in ("number", "integer", "boolean") and isinstance(value, str):
        return f"{what} must be {_TYPES[wanted]}, not {_unread(wanted, node)}"
    if wanted == "array" and not isinstance(value, dict):
        return f"{what} must be a list; put `- ` before each item"
    if isinstance(value, Surprise):
        return f"{what} must be {_TYPES[wanted]}: `{node.raw}` reads as {value.reads_as}"
    return f"{what} must be {_TYPES[wanted]}, not {_read_as(node)}"


def _surprise(what: str, node: Node) -> str | None:
    """What to say of an unquoted scalar that YAML did not read as text."""
    if not node.plain or isinstance(node.value, str) or (node.value is None and not node.raw):
        return None
    return f'{what} must be text: `{node.raw}` reads as {_read_as(node)}; quote it: "{node.raw}"'


def _read_as(node: Node) -> str:
    match node.value:
        case None:
            return "nothing"
        case True | False:
            return str(node.value).lower()
        case int() | float():
            return f"the number {node.value}" if node.raw != str(node.value) else "a number"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case Surprise(reads_as=reads_as):
            return reads_as
    return "text"


def _unread(wanted: str, node: Node) -> str:
    """How to write what was meant to be a number or a truth value and came as text."""
    raw = node.raw.strip()
    shown = f"`{raw}`" if len(raw) <= 40 else "text"
    if wanted == "boolean":
        return f"the text {shown}; remove the quotes" if raw.lower() in _WORDS else shown
    if not _NUMBER.fullmatch(raw):
        return shown
    if not node.plain:
        return f"the text {shown}; remove the quotes"
    return f"the text that YAML makes of {shown}; write {_yaml_number(raw)}"


_WORDS = ("true", "false", "yes", "no", "on", "off")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")


def _yaml_number(raw: str) -> str:
    """A number such that YAML 1.1 sees it: with a dot, and a signed exponent."""
    mantissa, _, exponent = raw.lower().partition("e")
    if "." not in mantissa:
        mantissa += ".0"
    return mantissa + (f"e{int(exponent):+d}" if exponent else "")


def _enum_message(what: str, allowed: list[str], value: Any) -> str:
    shown = f"`{value}`" if isinstance(value, str) else "that"
    return f"{what} cannot be {shown}; it is one of {', '.join(allowed)}"


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _did_you_mean(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    return f"; did you mean `{near[0]}`?" if near else ""
