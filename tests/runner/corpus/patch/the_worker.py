# Rewrites the code of the worker that answers.
# exercise: softmax
# expect: WRONG_ANSWER|PROTOCOL_ERROR|INVALID_OUTPUT
import sys

import torch

bench = next(m for n, m in sys.modules.items() if n.endswith("runner.worker")).Bench


def deliver(self, result):
    return {"ok": ["x", 0], "tensors": [{"dtype": "float32", "shape": list(result.shape)}]}


bench.deliver = deliver


def solve(x, w):
    return torch.zeros(x.shape[0], w.shape[1])
