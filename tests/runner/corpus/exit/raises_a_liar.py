# Raises an error whose text raises.
# exercise: softmax
# expect: RUNTIME_ERROR|TIMEOUT|LOAD_ERROR
class Liar(Exception):
    def __str__(self):
        raise self

    __repr__ = __str__


def solve(x, w):
    raise Liar
