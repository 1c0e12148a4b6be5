# Many files, in every folder that takes them.
# exercise: softmax
# expect: DISK_LIMIT|MEMORY_LIMIT
import os


def solve(x, w):
    for i in range(1000):
        for folder in (".", "/tmp", "/dev/shm"):
            with open(os.path.join(folder, f"f{i}"), "wb") as file:
                file.write(bytes(1 << 20))
