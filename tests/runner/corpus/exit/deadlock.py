# Waits for itself.
# exercise: softmax
# expect: TIMEOUT
import threading


def solve(x, w):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
