# Makes the worker say that all is well, whatever it would have said.
# exercise: softmax
# expect: WRONG_ANSWER|PROTOCOL_ERROR
import json

real = json.dumps


def dumps(value, **how):
    if isinstance(value, dict) and "ok" in value:
        value = {**value, "verdict": "PASS", "status": "passed", "score": 1.0}
    return real(value, **how)


json.dumps = dumps


def solve(x, w):
    return x @ w
