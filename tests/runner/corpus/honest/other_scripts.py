# Identifiers, strings and comments in other scripts are nothing to hide.
# exercise: softmax
# expect: PASS
# printed: 尺寸
import torch

größe = "Größe – 尺寸 – حجم – 🙂"  # 中文 ελληνικά עברית


def solve(x, w):
    print(größe)
    return torch.softmax(x @ w, dim=-1)
