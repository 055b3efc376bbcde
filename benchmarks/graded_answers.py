"""Reads the graded answers that fit_embedded_scorer learns from, and makes the anchor rows beside them."""

import csv
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from interviewpanel.domain.text_features import Rarity, read_stems

_EMPTY = re.compile(r"\s*(?:(?:no|empty) (?:submission|response)\.?)?\s*", re.IGNORECASE)
_NO_RESPONSE = re.compile(r"\s*(?:no (?:submission|response)\.?)?\s*", re.IGNORECASE)
OTHER_SHARE = 0.25
RAREST_KEPT = 2
"""A stem that only one question's answers hold says no more than one never seen; leaving it out halves the table."""

CORPORA = {
    "saf": {
        "name": "SAF, Short Answer Feedback (English, communication networks)",
        "authors": "Filighera et al.: Your Answer is Incorrect... Would you like to know why? ACL 2022",
        "licence": "CC BY 4.0 (repository MIT)",
    },
    "scientsbank": {
        "name": "SciEntsBank, SemEval-2013 Task 7 (3-way)",
        "authors": "Dzikovska et al.: SemEval-2013 Task 7: The Joint Student Response Analysis",
        "licence": "CC BY-SA",
    },
    "beetle": {
        "name": "Beetle, SemEval-2013 Task 7 (3-way)",
        "authors": "Dzikovska et al.: SemEval-2013 Task 7: The Joint Student Response Analysis",
        "licence": "CC BY-SA",
    },
}


@dataclass
class Answers:
    """Columns over all rows: the graded ones and the anchors (`kind` graded, other, echo, model)."""

    corpus: Any = field(default_factory=list)
    question: list[str] = field(default_factory=list)
    references: list[list[str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    grade: Any = field(default_factory=list)
    kind: Any = field(default_factory=list)
    split: Any = field(default_factory=list)  # as published; empty where nobody said

    def __len__(self) -> int:
        return len(self.text)

    def add(
        self, corpus: str, question: str, references: list[str], text: str, grade: float, kind: str, split: str = ""
    ) -> None:
        for column, value in zip(
            (self.corpus, self.question, self.references, self.text, self.grade, self.kind, self.split),
            (corpus, question, references, text, grade, kind, split),
            strict=True,
        ):
            column.append(value)

    def freeze(self) -> "Answers":
        """Turn the columns that are counted with into arrays and derive the rest."""
        self.corpus, self.kind, self.grade = np.array(self.corpus), np.array(self.kind), np.array(self.grade)
        self.split = np.array(self.split)
        graded = self.kind == "graded"
        numbers = {text: number for number, text in enumerate(dict.fromkeys(self.question))}
        self.question_number = np.array([numbers[text] for text in self.question])
        self.is_empty = graded & np.array([bool(_EMPTY.fullmatch(text)) for text in self.text])
        self.is_no_response = graded & np.array([bool(_NO_RESPONSE.fullmatch(text)) for text in self.text])
        self.belongs = (graded & ~self.is_empty).astype(float)
        self.is_topic_test = (graded & ~self.is_empty) | (self.kind == "other")
        return self

    def fold(self, folds: int) -> np.ndarray:
        """The fold of each row: questions are dealt out in turn, SAF's first, so that each fold holds one of them."""
        return self.question_number % folds

    def describe(self) -> list[dict[str, Any]]:
        """What goes into the provenance: name, authors, licence and size of each corpus."""
        described = []
        for corpus, words in CORPORA.items():
            rows = (self.corpus == corpus) & (self.kind == "graded")
            questions = len(np.unique(self.question_number[rows]))
            sizes = {"answers": int(rows.sum()), "questions": questions, "empty": int((rows & self.is_empty).sum())}
            described.append({**words, **sizes})
        return described


def read_graded_answers(folder: Path) -> Answers:
    """All graded rows in the order of the files, then the anchors. Raises SystemExit where a file is missing."""
    answers = Answers()
    for row in read_csv(folder / "saf_v2_english.csv"):
        answers.add("saf", row["question"], [row["reference"]], row["answer"], float(row["score"]), "graded")
    for row in read_csv(folder / "semeval2013_3way.csv"):
        references = [text.strip() for text in row["reference"].split("||") if text.strip()]
        grade = float(row["label"] == "correct")
        answers.add(
            row["dataset"].lower(), row["question"], references, row["answer"], grade, "graded", row.get("split", "")
        )
    add_anchors(answers, random.Random(20))
    return answers.freeze()


def read_csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise SystemExit(f"{path} is missing. The docstring of benchmarks/fit_embedded_scorer.py says what it holds.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_anchors(answers: Answers, rng: random.Random) -> None:
    """Rows whose grade needs no grader, for a quarter of the answers and once a question. See `anchors` in the JSON."""
    rows_of = defaultdict(list)
    for i in range(len(answers)):
        if not _EMPTY.fullmatch(answers.text[i]):
            rows_of[answers.corpus[i]].append(i)
    for corpus, rows in rows_of.items():
        for i in rows:
            if rng.random() < OTHER_SHARE:
                j = rng.choice([k for k in rng.sample(rows, 20) if answers.question[k] != answers.question[i]])
                answers.add(corpus, answers.question[i], answers.references[i], answers.text[j], 0.0, "other")
        for i in {answers.question[i]: i for i in rows}.values():
            question, references = answers.question[i], answers.references[i]
            answers.add(corpus, question, references, question, 0.0, "echo")
            answers.add(corpus, question, references, references[0], 1.0, "model")


def count_documents(answers: Answers, chosen: np.ndarray) -> Rarity:
    """In how many questions each stem occurs, in the question, its references or its graded answers."""
    stems_of: dict[int, set[str]] = defaultdict(set)
    for i in np.flatnonzero(chosen & (answers.kind == "graded") & ~answers.is_empty):
        stems_of[answers.question_number[i]].update(
            read_stems(answers.text[i]), read_stems(answers.question[i]), *map(read_stems, answers.references[i])
        )
    counts = Counter(stem for stems in stems_of.values() for stem in stems)
    return Rarity({stem: count for stem, count in counts.items() if count >= RAREST_KEPT}, len(stems_of))
