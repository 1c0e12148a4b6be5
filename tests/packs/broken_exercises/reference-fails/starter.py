def row_max(x):
    raise NotImplementedError("write row_max()")
