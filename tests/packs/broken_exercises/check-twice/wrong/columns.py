# Over columns.
# fails: values


def row_max(x):
    return x.max(dim=0).values
