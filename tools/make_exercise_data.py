"""Make the vendored digits of two exercises from scikit-learn's copy of UCI optdigits.

    pip download --no-deps scikit-learn==1.5.2
    python tools/make_exercise_data.py scikit_learn-1.5.2-*.whl

The file inside the wheel, ``sklearn/datasets/data/digits.csv.gz``, is the test part of *Optical
Recognition of Handwritten Digits* (E. Alpaydin, C. Kaynak, 1998, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49, CC BY 4.0): 1,797 rows of 64 pixel counts 0..16 and a label.
Pixels stay bytes; ``cases.py`` divides by 16. The output is the same, byte for byte, every time.
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import zipfile
from pathlib import Path

import numpy as np

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"
MEMBER = "sklearn/datasets/data/digits.csv.gz"


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 8, 8) uint8 in 0..16 and labels (N,) uint8, from the wheel or the csv.gz itself."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            packed = wheel.read(MEMBER)
    else:
        packed = path.read_bytes()
    rows = np.loadtxt(gzip.decompress(packed).decode("ascii").splitlines(), delimiter=",")
    rows = rows.astype(np.uint8)
    return rows[:, :64].reshape(-1, 8, 8), rows[:, 64]


def write(path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    np.savez_compressed(path, images=images, labels=labels)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(
        f"{path.relative_to(EXERCISES)}: {len(labels)} digits, {path.stat().st_size} bytes, sha256 {digest}"
    )


def main() -> None:
    images, labels = read(Path(sys.argv[1]))
    write(EXERCISES / "mnist-cnn" / "digits.npz", images, labels)
    unseen = labels >= 6
    write(EXERCISES / "finetune-resnet18" / "digits-6-to-9.npz", images[unseen], labels[unseen])


if __name__ == "__main__":
    main()
