# Forks, and its children fork.
# exercise: softmax
# expect: PROCESS_LIMIT|MEMORY_LIMIT|TIMEOUT|RUNTIME_ERROR|PROTOCOL_ERROR
import os


def solve(x, w):
    while True:
        os.fork()
