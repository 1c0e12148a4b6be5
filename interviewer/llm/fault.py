"""The one error that leaves the model client: what went wrong, in a sentence for a person."""

from __future__ import annotations

from typing import Any

from interviewer.core.inert import inert

#: kind -> what a person reads. ``where`` is the server's host and port, ``why`` what it said itself.
SENTENCES = {
    "no_key": "{where} needs a key and {key} is not set: set it, or choose another profile.",
    "refused": "Nothing answers at {where}: start the model server there, or correct the profile's base URL.",
    "no_host": "There is no host {host}: check the network, and the profile's base URL.",
    "unreachable": "{where} cannot be reached{why}: check the network, and the profile's base URL.",
    "tls": "{where} could not be trusted{why}: check the address, this machine's clock and its certificates.",
    "wrong_key": "{where} does not accept the key: put a valid one in {key}.",
    "forbidden": "{where} does not allow this{why}: ask its operator, or use another key or profile.",
    "no_model": "{where} has no model {model}{why}: name one that `interviewer doctor --profile` lists.",
    "no_endpoint": "{where} has no chat completions at {path}: correct the base URL (it often ends in /v1).",
    "quota": "The account at {where} has nothing left to spend{why}: top it up, or use another profile.",
    "rate_limit": "{where} asks to wait {seconds} s before the next request: go on offline meanwhile.",
    "server": "{where} failed{status}{why}: its own log says why; try again later.",
    "rejected": "{where} rejects the request{why}: try another model or profile.",
    "redirected": "{where} points elsewhere{why}: put that address in the profile if you trust it.",
    "stalled": "{where} sent nothing for {seconds} s: it is overloaded or still loading; try again later.",
    "busy": "{where} had no room for {seconds} s: raise parallel in the profile if it can do more at once.",
    "slow": "{where} was not done after {seconds} s: use a faster model, or raise total_s in the profile.",
    "cut": "{where} broke off before its reply was complete{why}: try again.",
    "length": "{model} used up its tokens before it was done: raise max_tokens in the profile.",
    "malformed": "{where} did not answer as a model server does{why}: check the base URL and the server.",
    "filtered": "{where} withheld the reply by its content filter: this one stays with the offline rubric.",
    "declined": "{model} declined to answer{why}: this one stays with the offline rubric.",
    "too_long": "This is too long for the context of {model}{why}: use a model with a larger one.",
    "too_big": "{where} sent far more than a reply: it was stopped at {why}.",
    "invalid": "{model} does not keep to the form it is asked for{why}: let it converse, but not grade.",
}

#: Seconds for which a fault of this kind is not tried again; a rate limit says so itself.
RESTS = {
    "no_key": 60.0,
    "refused": 5.0,
    "no_host": 10.0,
    "unreachable": 15.0,
    "tls": 60.0,
    "wrong_key": 60.0,
    "forbidden": 60.0,
    "no_model": 60.0,
    "no_endpoint": 60.0,
    "quota": 60.0,
    "server": 10.0,
    "redirected": 60.0,
    "stalled": 60.0,
    "slow": 60.0,
    "malformed": 30.0,
    "too_big": 60.0,
}

#: Kinds that often pass by themselves: worth one more try if nothing was shown yet.
PASSING = ("server", "cut", "rate_limit")


class Fault(Exception):
    """A model did not do what it was asked; ``str()`` is one sentence that says what to do next."""

    def __init__(self, kind: str, where: dict[str, str], why: object = "", **facts: Any) -> None:
        self.kind = kind
        self.seconds: float | None = facts.get("seconds")  # rate_limit: until it may be asked again
        self.param: str = facts.get("param", "")  # rejected: the parameter that it did not like
        self.partial: str = facts.get("partial", "")  # what had been received
        said = quoted(why)
        status = f" with status {facts['status']}" if "status" in facts else ""
        shown = {"why": said and f" ({said})", "status": status, **where}
        if kind == "too_big":
            shown["why"] = said
        if self.seconds is not None:
            shown["seconds"] = f"{self.seconds:.0f}" if self.seconds >= 1 else f"{self.seconds:.1f}"
        super().__init__(SENTENCES[kind].format_map(shown))

    @property
    def rest_s(self) -> float:
        """How long the server should be left alone."""
        return self.seconds or 0.0 if self.kind == "rate_limit" else RESTS.get(self.kind, 0.0)


def quoted(why: object, limit: int = 120) -> str:
    """What somebody else said, on one line, short, inert, and unable to end our sentence."""
    flat = " ".join(inert(str(why)).split()).rstrip(".:; ")
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
