# A function where a class was asked for.
# exercise: tracker
# expect: RUNTIME_ERROR|INVALID_OUTPUT|WRONG_ANSWER
def Tracker(patience=2, min_delta=0.0):
    return None
