# Stops every clock that it can reach; right, and slow.
# exercise: softmax
# expect: PASS
# ms: values 300
import time

import torch

sleep = time.sleep
for name in (
    "time",
    "perf_counter",
    "monotonic",
    "process_time",
    "time_ns",
    "perf_counter_ns",
    "monotonic_ns",
):
    setattr(time, name, lambda: 0)


def solve(x, w):
    sleep(0.02)
    return torch.softmax(x @ w, dim=-1)
