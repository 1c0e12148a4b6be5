# A constructor without parameters.
# exercise: tracker
# expect: RUNTIME_ERROR
# says: Tracker(patience, min_delta)
class Tracker:
    def __init__(self):
        self.best = 0.0
