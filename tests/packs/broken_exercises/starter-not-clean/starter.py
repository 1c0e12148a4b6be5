import jax_is_not_here


def row_max(x):
    return x
