# Over columns.
# fails: values, negative


def row_max(x):
    return x.max(dim=0).values
