"""Random content models through the whole line (schema, model, engines, arbiter) against the definition; Xerces-J checks that in turn."""

from __future__ import annotations

import random
from pathlib import Path

from tests import referee
from tests.conftest import FULL
from tests.left_out import require
from tests.validation import models
from xmlsvc import validation
from xmlsvc.errors import SchemaError

MODELS, DOCUMENTS = (4_000, 25) if FULL else (140, 15)


def test_no_verdict_differs_from_the_definition(tmp_path: Path) -> None:
    rng = random.Random(20240517)
    seen = accepted = 0
    for number in range(MODELS):
        model = models.made(rng)
        words = models.words(rng, model, DOCUMENTS)
        path = tmp_path / f"{number}.xsd"
        path.write_text(models.schema(model), "utf-8")
        if not models.compiles(models.schema(model)):
            continue
        try:
            validator = validation.load(path)
        except SchemaError:
            continue  # not deterministic: no valid schema
        for word in words:
            report = validator.validate(models.document(word))
            assert report.valid == models.accepts(model, word), (models.schema(model), word, report.violations)
            assert not report.disputed
            seen, accepted = seen + 1, accepted + report.valid
    assert seen > MODELS * 4, "too few of the models were valid schemas to prove anything"
    assert seen * 0.1 < accepted < seen * 0.9


def test_xerces_agrees_with_the_definition(tmp_path: Path) -> None:
    """The oracle itself is checked, on models of elements alone: Xerces-J miscounts wildcards and substitution groups."""
    require(referee.installed(), "Xerces-J as a referee (no java with a compiler: apt-get install default-jdk-headless)")
    rng = random.Random(7)
    questions, expected = [], []
    for number in range(MODELS):
        model = models.made(rng)
        if {"W", "h"} & models.letters(model):
            continue
        path = tmp_path / f"{number}.xsd"
        path.write_text(models.schema(model), "utf-8")
        question = [path]
        answers = []
        for place, word in enumerate(models.words(rng, model, DOCUMENTS)):
            document = tmp_path / f"{number}-{place}.xml"
            document.write_bytes(models.document(word))
            question.append(document)
            answers.append("valid" if models.accepts(model, word) else "invalid")
        questions.append(question)
        expected.append(answers)
    pairs = [pair for answers, verdicts in zip(expected, referee.verdicts(questions), strict=True) if verdicts[0] != "schema"
             for pair in zip(answers, verdicts, strict=True)]
    assert len(pairs) > MODELS
    assert all(answer == verdict for answer, verdict in pairs)
