# Starts at zero.
# fails: negative


def row_max(x):
    return x.max(dim=1).values
