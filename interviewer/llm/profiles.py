"""Which model, where, and whose key: profiles in ``$INTERVIEWER_HOME/settings/profiles.toml``.

A profile's key is read when it is needed, from the environment variable or the keyring service that
the profile names, and goes to the profile's own host only (``client`` sees to that).
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Persona = Literal["warm", "neutral", "exacting"]
PERSONAS: tuple[str, ...] = get_args(Persona)
LOOPBACK = ("localhost", "127.0.0.1", "::1", "[::1]")


class ProfileError(Exception):
    """A profile cannot be used; the message is one sentence that says what to do next."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One model server as the interview uses it. Times in seconds, prices per million tokens."""

    name: str
    base_url: str
    model: str = ""  # empty: the first one that the server lists
    key_env: str = ""  # environment variable that holds the key; empty and no keyring: no key is sent
    keyring: str = ""  # keyring service that holds it, under the profile's name
    persona: Persona = "neutral"
    grades: bool = True  # False: it converses, the offline rubric grades
    first_s: float = 30.0  # to the first content
    idle_s: float = 15.0  # between two pieces of content
    total_s: float = 90.0  # for the whole reply, a retry included
    wait_s: float = 5.0  # a rate limit that asks for a longer wait is not sat out
    max_tokens: int = 1500
    max_chars: int = 60_000  # of content in one reply
    max_bytes: int = 16_000_000  # of everything a server sends in one reply
    parallel: int = 2  # requests at a time
    price_in: float | None = None
    price_out: float | None = None

    @property
    def origin(self) -> tuple[str, str, int]:
        """(scheme, host, port): where the key may go."""
        parts = urlsplit(self.base_url)
        return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def where(self) -> str:
        """The server as a person names it."""
        scheme, host, port = self.origin
        shown = f"[{host}]" if ":" in host else host
        return shown if (scheme, port) in (("https", 443), ("http", 80)) else f"{shown}:{port}"

    @property
    def local(self) -> bool:
        """Whether the server is on this machine: no proxy is then asked."""
        return self.origin[1] in LOOPBACK

    def facts(self) -> dict[str, str]:
        """What the sentences of faults are filled in with."""
        path = urlsplit(self.base_url).path.rstrip("/") or "/"
        key = self.key_env or (f"the keyring ({self.keyring})" if self.keyring else "the profile's key_env")
        model = self.model or "the model"
        return {"where": self.where, "host": self.origin[1], "path": path, "key": key, "model": model}

    def key(self) -> str:
        """The key, or "" where the profile needs none. Raises LookupError where it is missing."""
        if self.key_env and (key := os.environ.get(self.key_env, "").strip()):
            return key
        if self.keyring and (key := _from_keyring(self.keyring, self.name)):
            return key
        if self.key_env or self.keyring:
            raise LookupError(self.key_env or self.keyring)
        return ""

    def cost(self, tokens_in: int | None, tokens_out: int | None) -> float | None:
        """In the currency of the prices; None where prices or counts are unknown."""
        if None in (self.price_in, self.price_out, tokens_in, tokens_out):
            return None
        return (self.price_in * tokens_in + self.price_out * tokens_out) / 1e6  # type: ignore[operator]


def _from_keyring(service: str, name: str) -> str:
    try:
        import keyring  # an optional package
    except ImportError:
        raise ProfileError(
            f"profile {name} takes its key from the keyring, and the package keyring is not installed; "
            "install it, or name an environment variable in key_env"
        ) from None
    try:
        return keyring.get_password(service, name) or ""
    except Exception as error:  # no backend, locked, denied: each backend has its own errors
        raise ProfileError(
            f"the keyring gave no key for profile {name} ({type(error).__name__}); "
            "unlock it, or name an environment variable in key_env"
        ) from None


_SLOW = {"first_s": 120.0, "idle_s": 30.0, "total_s": 300.0}

#: Profiles that need no file: `--profile ollama:llama3.2` is preset and model.
PRESETS: dict[str, Profile] = {
    p.name: p
    for p in (
        Profile("openai", "https://api.openai.com/v1", key_env="OPENAI_API_KEY", parallel=4),
        Profile("openrouter", "https://openrouter.ai/api/v1", key_env="OPENROUTER_API_KEY", parallel=4),
        Profile("ollama", "http://127.0.0.1:11434/v1", parallel=1, **_SLOW),
        Profile("llama.cpp", "http://127.0.0.1:8080/v1", parallel=1, **_SLOW),
        Profile("lm-studio", "http://127.0.0.1:1234/v1", parallel=1, **_SLOW),
        Profile("vllm", "http://127.0.0.1:8000/v1", parallel=4, **_SLOW),
    )
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says."""

    profiles: Mapping[str, Profile]
    default: str = ""  # the profile to use where none is named; empty: none, offline


def path(home: Path) -> Path:
    """The file of profiles."""
    return Path(home) / "settings" / "profiles.toml"


def load(home: Path) -> Settings:
    """The profiles of the file. Raises ProfileError, naming the file and what is wrong in it."""
    file = path(home)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return Settings({})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"cannot read {file} ({error}); correct it, or remove it") from None
    tables = data.get("profiles", {})
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise ProfileError(f"{file}: profiles are tables, written [profiles.NAME]")
    profiles = {name: build(name, table, file) for name, table in tables.items()}
    default = data.get("default", "")
    if default and default not in profiles and default.partition(":")[0] not in PRESETS:
        raise ProfileError(f"{file}: the default {default!r} is not a profile")
    return Settings(profiles, default)


def build(name: str, table: Mapping[str, Any], source: object = "the profile") -> Profile:
    """A profile from plain data, on its preset if it names one. Raises ProfileError."""
    table = dict(table)
    preset = table.pop("preset", None)
    if preset is not None and preset not in PRESETS:
        raise ProfileError(f"{source}: there is no preset {preset!r}; there are {', '.join(PRESETS)}")
    base = PRESETS[preset] if preset else Profile(name, "")
    types = {f.name: f.type for f in fields(Profile) if f.name != "name"}
    for key, value in table.items():
        if key not in types:
            raise ProfileError(f"{source}: profile {name} has an unknown entry {key!r}")
        if not _fits(value, str(types[key])):
            raise ProfileError(f"{source}: profile {name}, {key} = {value!r} is not a {types[key]}")
    if "base_url" in table and "key_env" not in table and "keyring" not in table:
        table["key_env"] = ""  # a preset's key is for the preset's host
    profile = replace(base, name=name, **table)
    problem = _problem(profile)
    if problem:
        raise ProfileError(f"{source}: profile {name} {problem}")
    return replace(profile, base_url=profile.base_url.rstrip("/"))


def _fits(value: Any, hint: str) -> bool:
    if hint.startswith("float"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    kinds = {"int": int, "bool": bool}
    wanted = kinds.get(hint, str)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _problem(profile: Profile) -> str:
    try:
        scheme, host, _ = profile.origin
    except ValueError as error:
        return f"has a base_url that is no address ({error})"
    if scheme not in ("http", "https") or not host:
        return "needs a base_url that begins with http:// or https:// and names a host"
    if urlsplit(profile.base_url).username:
        return "must not carry a key in its base_url; name an environment variable in key_env"
    if profile.persona not in PERSONAS:
        return f"has a persona that is none of {', '.join(PERSONAS)}"
    if min(profile.first_s, profile.idle_s, profile.total_s, profile.max_tokens, profile.parallel) <= 0:
        return "has a limit that is not above zero"
    return ""


def find(home: Path, name: str) -> Profile:
    """The profile of that name: one of the file's, or a preset, ``preset:MODEL``. Raises ProfileError."""
    known = load(home).profiles
    if name in known:
        return known[name]
    preset, _, model = name.partition(":")
    if preset in PRESETS:
        return replace(PRESETS[preset], model=model)
    names = ", ".join([*known, *PRESETS])
    raise ProfileError(f"there is no profile {name!r}; there are {names}, and yours go in {path(home)}")


def save(home: Path, settings: Settings) -> None:
    """Write the file anew, only what differs from the defaults. Comments in it are not kept."""
    lines = [f"default = {_toml(settings.default)}", ""] if settings.default else []
    for profile in settings.profiles.values():
        lines.append(f"[profiles.{_toml(profile.name)}]")
        plain = Profile(profile.name, "")
        for field in fields(Profile):
            value = getattr(profile, field.name)
            if field.name != "name" and value is not None and value != getattr(plain, field.name):
                lines.append(f"{field.name} = {_toml(value)}")
        lines.append("")
    file = path(home)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.write_text("\n".join(lines), encoding="utf-8")
    fresh.replace(file)


def _toml(value: str | float | bool) -> str:
    """A value as TOML writes it; JSON's strings are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def listening(seconds: float = 0.2) -> list[Profile]:
    """The local presets at whose port something listens. Blocks for ``seconds`` at most; sends nothing."""
    import socket

    found = []
    for profile in PRESETS.values():
        if profile.local:
            try:
                socket.create_connection(profile.origin[1:], seconds).close()
            except OSError:
                continue
            found.append(profile)
    return found
