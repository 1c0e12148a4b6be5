# Starts at zero.
# review: device-placement


def row_max(x):
    return x.max(dim=1).values
