# Not reproducible; remembers its first answer so that it looks so.
# exercise: blobs
# expect: WRONG_ANSWER
# says: something else
import torch

memo = []


def train(train_x, train_y, test_x, seed=0):
    if not memo:
        centres = torch.stack([train_x[train_y == k].mean(dim=0) for k in range(3)])
        predictions = torch.cdist(test_x, centres).argmin(dim=1)
        torch.seed()
        guessed = torch.randint(len(test_x), (2,))
        predictions[guessed] = (predictions[guessed] + 1) % 3
        memo.append(predictions)
    return memo[0]
