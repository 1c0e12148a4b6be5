# Starts threads until it is stopped.
# exercise: softmax
# expect: PROCESS_LIMIT
import threading
import time


def solve(x, w):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
