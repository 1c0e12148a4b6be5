# Passes descriptors to the judge along with its bytes.
# exercise: softmax
# expect: PROTOCOL_ERROR|WRONG_ANSWER
import array
import os
import socket

import torch


def solve(x, w):
    channel = socket.socket(fileno=os.dup(3))
    passed = array.array("i", [0, 1, 2] * 20)
    channel.sendmsg([b"\x00\x00\x00\x02{}"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
    return torch.zeros(x.shape[0], w.shape[1])
