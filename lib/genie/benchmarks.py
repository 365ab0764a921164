"""Benchmarks of a space, run as an evaluation: asked by the workspace, compared with the known answers, gated for CI."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib.errors import InputError, Unavailable
from lib.progress import Progress, quiet
from lib.spend.formatting import percent

if TYPE_CHECKING:
    from lib.workspace.genie import GenieClient

ENDED = ("DONE", "EVALUATION_FAILED", "EVALUATION_CANCELLED", "EVALUATION_TIMEOUT")
LONGEST_S = 1800


@dataclass(frozen=True)
class Assessed:
    """One question of an evaluation."""

    question: str
    assessment: str
    """GOOD, BAD, NEEDS_REVIEW."""
    reasons: tuple[str, ...] = ()
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True)
class Evaluation:
    """One run over the benchmarks of a space."""

    run_id: str
    status: str
    questions: int
    done: int
    correct: int
    needs_review: int
    results: tuple[Assessed, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.status in ENDED

    @property
    def accuracy(self) -> float | None:
        """Share of questions answered right, those that need review counted as wrong; None when nothing ran."""
        return self.correct / self.questions if self.questions and self.status == "DONE" else None

    def passes(self, least: float) -> bool:
        """Whether the accuracy is at least that share."""
        return self.accuracy is not None and self.accuracy >= least

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "questions": self.questions,
            "done": self.done,
            "correct": self.correct,
            "needs_review": self.needs_review,
            "accuracy": self.accuracy,
            "results": [dict(item.__dict__) | {"reasons": list(item.reasons)} for item in self.results],
        }


def evaluate(
    workspace: "GenieClient",
    space_id: str,
    *,
    progress: Progress = quiet,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Evaluation:
    """Start an evaluation of all benchmarks and wait for its end."""
    run = workspace.start_evaluation(space_id)
    end = clock() + LONGEST_S
    while run.eval_run_status and run.eval_run_status.value not in ENDED:
        if clock() > end:
            raise Unavailable("The evaluation did not end in half an hour.", remedy="Look at it in the workspace.")
        progress("Evaluating", run.num_done or 0, run.num_questions or 0)
        sleep(2)
        run = workspace.evaluation(space_id, str(run.eval_run_id))
    return _evaluation(workspace, space_id, run)


def latest(workspace: "GenieClient", space_id: str, *, details: bool = True) -> Evaluation | None:
    """The newest evaluation that has ended; None when there is none. Without `details`, its questions are left out."""
    for run in workspace.evaluations(space_id):
        if run.eval_run_status and run.eval_run_status.value == "DONE":
            return _evaluation(workspace, space_id, run, details=details)
    return None


def one(workspace: "GenieClient", space_id: str, run_id: str) -> Evaluation:
    """An evaluation as it is now; its questions come with its end."""
    run = workspace.evaluation(space_id, run_id)
    return _evaluation(workspace, space_id, run, details=run.eval_run_status.value == "DONE")


def _evaluation(workspace: "GenieClient", space_id: str, run: Any, *, details: bool = True) -> Evaluation:
    run_id = str(run.eval_run_id)
    results = tuple(_assessed(*pair) for pair in workspace.evaluation_results(space_id, run_id)) if details else ()
    return Evaluation(
        run_id,
        run.eval_run_status.value,
        run.num_questions or 0,
        run.num_done or 0,
        run.num_correct or 0,
        run.num_needs_review or 0,
        results,
    )


def _assessed(question: str, detail: Any) -> Assessed:
    def text(responses: Any) -> str:
        return str(responses[0].response or "") if responses else ""

    return Assessed(
        question,
        detail.assessment.value if detail.assessment else "NEEDS_REVIEW",
        tuple(reason.value for reason in detail.assessment_reasons or []),
        text(detail.expected_response),
        text(detail.actual_response),
    )


def gate(found: Evaluation, least: float) -> None:
    """InputError when the accuracy is below what is asked: the command's exit code is 1 then."""
    if not found.passes(least):
        raise InputError(f"Accuracy {percent(found.accuracy or 0)} is below {percent(least)}.")
