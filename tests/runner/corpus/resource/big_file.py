# One file larger than allowed.
# exercise: softmax
# expect: DISK_LIMIT
def solve(x, w):
    with open("big", "wb") as file:
        for _ in range(100):
            file.write(bytes(1 << 20))
