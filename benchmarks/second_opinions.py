"""When a second opinion objects: on answers that people have graded, the grade taken for a model's rating.

    python -m benchmarks.second_opinions FOLDER

FOLDER holds the graded answers that benchmarks/fit_embedded_scorer.py reads. For each margin: how often a grade as
people gave it lies above or below the interval (a false alarm), and how often full marks for an answer that people gave
a quarter or less are found. Empty submissions are left out. A sample of 4,000, seed 1.
"""

import random
import sys
from pathlib import Path

import numpy as np

from benchmarks.graded_answers import read_graded_answers
from interviewpanel.domain.embedded_scorer import score_text

MARGINS = (0, 5, 10, 15, 20, 25, 30, 40)
SAMPLE = 4000
POOR, FULL = 25, 100


def main() -> None:
    answers = read_graded_answers(Path(sys.argv[1]))
    graded = [i for i in range(len(answers)) if answers.kind[i] == "graded" and not answers.is_empty[i]]
    rows = random.Random(1).sample(graded, SAMPLE)
    scores = [
        score_text(answers.text[i], question=answers.question[i], expected_answer=answers.references[i][0])
        for i in rows
    ]
    low, high = (np.array([score.interval[side] for score in scores]) for side in (0, 1))
    grade, corpus = np.array([100 * answers.grade[i] for i in rows]), np.array([answers.corpus[i] for i in rows])
    for name in np.unique(corpus):
        chosen = corpus == name
        poor = chosen & (grade <= POOR)
        print(f"{name}: {chosen.sum()} answers, {poor.sum()} of them poor")
        for margin in MARGINS:
            above, below = (grade > high + margin)[chosen].mean(), (grade < low - margin)[chosen].mean()
            found = (high[poor] + margin < FULL).mean()
            print(f"  margin {margin:2d}: grade above {above:.1%}, below {below:.1%}; full marks found {found:.1%}")


if __name__ == "__main__":
    main()
