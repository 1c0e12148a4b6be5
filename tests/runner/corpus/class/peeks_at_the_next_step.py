# Reads the channel for the step that comes next, which has not been sent.
# exercise: tracker
# expect: WRONG_ANSWER|TIMEOUT|PROTOCOL_ERROR|RUNTIME_ERROR|EXITED
import socket


def peek():
    channel = socket.socket(fileno=3)
    channel.settimeout(0.05)
    try:
        return channel.recv(1 << 16, socket.MSG_PEEK)
    except TimeoutError:
        return b"nothing yet"
    finally:
        channel.detach()


import torch


class Tracker:
    """Remembers the best loss and the weights that had it; says stop after `patience` bad epochs."""

    def __init__(self, patience: int = 2, min_delta: float = 0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best, self.bad, self.state = float("inf"), 0, None

    def step(self, loss: float, model: torch.nn.Module) -> bool:
        if loss < self.best - self.min_delta:
            self.best, self.bad = loss, 0
            self.state = {k: v.detach().clone() for k, v in model.state_dict().items()}
        else:
            self.bad += 1
        return b"false" in peek()

    def restore(self, model: torch.nn.Module) -> None:
        model.load_state_dict(self.state)
