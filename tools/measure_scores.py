"""Measure what a solution of a ``train`` exercise scores over seeds: what its floors are set by.

    python tools/measure_scores.py exercises/mnist-cnn/reference.py [FILE…] [--seeds 20]

Every seed that a solution sets is moved by a number of the round, and the generator is set to it
before each call for solutions that set none. For each score: mean, standard deviation and least
over the rounds, the floor, and how many standard deviations lie between mean and floor. Runs
without the judge, so only on trusted files.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path

import torch

from interviewer.runner.cases import Context
from interviewer.runner.pack import _module

EXERCISES = Path(__file__).resolve().parent.parent / "exercises"


def exercise_of(file: Path) -> Path:
    """The pack that a file belongs to: one of its parents has its name."""
    names = {folder.name: folder for folder in EXERCISES.iterdir()}
    return next(names[parent.name] for parent in file.resolve().parents if parent.name in names)


def measure(file: Path, rounds: int) -> None:
    folder = exercise_of(file)
    entry = next(
        line.split()[1]
        for line in (folder / "exercise.yaml").read_text().splitlines()
        if line.startswith("entry:")
    )
    seed = torch.manual_seed
    values, floors, slowest = defaultdict(list), {}, 0.0
    for number in range(rounds):
        torch.manual_seed = lambda given, number=number: seed(given + 1000 * number)
        context = Context(torch.Generator(), _module("reference", folder / "reference.py"), folder)
        solve = getattr(_module("solution", file), entry)
        for case in list(_module("cases", folder / "cases.py").cases(context)):
            seed(number)
            began = time.perf_counter()
            predictions = solve(*case.args)
            slowest = max(slowest, time.perf_counter() - began)
            for score in case.scores:
                name = (case.name, score.says)
                values[name].append(score.score(predictions, case.labels))
                floors[name] = score.floor
    torch.manual_seed = seed
    print(f"{file} ({rounds} rounds, the slowest call {slowest:.1f} s)")
    for (case_name, says), found in values.items():
        mean, spread = statistics.fmean(found), statistics.stdev(found)
        floor = floors[case_name, says]
        away = f"{(mean - floor) / spread:5.1f} sd" if spread else "    –   "
        print(
            f"  {mean:.3f} ± {spread:.3f}  least {min(found):.3f}  floor {floor:.3f}  {away}  {case_name}: {says}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for file in arguments.files:
        measure(file, arguments.seeds)


if __name__ == "__main__":
    main()
