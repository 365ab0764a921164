"""Benchmarks of Genie spaces in the loopback workspace, asked as evaluation runs: what was taught against what is right."""

from collections.abc import Mapping
from typing import Any

from lib.demo.workspace.app import Reply, Request, Route, ok
from lib.demo.workspace.genie import SPACE, find, new_id
from lib.demo.workspace.genie_sql import rows_of, taught
from lib.demo.workspace.refusals import Refusal, invalid, not_found
from lib.demo.workspace.state import State

_RUNS = f"{SPACE}/eval-runs"


def start_run(request: Request, state: State) -> Reply:
    """Ask the benchmark questions, all or some."""
    space = find(request, state, "CAN_EDIT")
    said = request.body_of({"benchmark_question_ids": list})
    questions = space["content"].get("benchmarks", {}).get("questions", [])
    wanted = said.get("benchmark_question_ids")
    if wanted:
        questions = [question for question in questions if question["id"] in wanted]
    if not questions:
        raise invalid("The space has no benchmark questions.")
    run: dict[str, Any] = {
        "eval_run_id": new_id(),
        "space_id": space["space_id"],
        "eval_run_status": "NOT_STARTED",
        "num_questions": len(questions),
        "num_done": 0,
        "num_correct": 0,
        "num_needs_review": 0,
        "created_timestamp": state.now_ms(),
        "last_updated_timestamp": state.now_ms(),
        "run_by_user": int(request.who.id),
        "results": [_assessed(state, space, question, request.who.name) for question in questions],
    }
    with state.lock:
        state.things("eval_runs")[run["eval_run_id"]] = run
        state.save()
    return ok(_run(run))


def _assessed(state: State, space: Mapping[str, Any], question: Mapping[str, Any], who: str) -> dict[str, Any]:
    text = "".join(question["question"])
    expected = "".join(question["answer"][0]["content"])
    example = taught(space["content"], text)
    actual = "".join(example["sql"]) if example else None
    assessment, reasons = "BAD", ["EMPTY_RESULT"]
    try:
        right = rows_of(state, expected, who, space["warehouse_id"])
        got = rows_of(state, actual, who, space["warehouse_id"]) if actual else None
    except Refusal:
        assessment, reasons = "NEEDS_REVIEW", []
    else:
        if got is not None:
            same = sorted(map(str, right)) == sorted(map(str, got))
            assessment = "GOOD" if same else "BAD"
            reasons = [] if same else ["RESULT_EXTRA_ROWS" if len(got) > len(right) else "RESULT_MISSING_ROWS"]
    return {
        "result_id": new_id(),
        "benchmark_question_id": question["id"],
        "question": text,
        "expected_response": [{"response": expected, "response_type": "SQL"}],
        "actual_response": [{"response": actual, "response_type": "SQL"}] if actual else [],
        "assessment": assessment,
        "assessment_reasons": reasons,
        "manual_assessment": False,
    }


def _run(run: dict[str, Any], *, polled: bool = False) -> dict[str, Any]:
    if polled and run["eval_run_status"] == "NOT_STARTED":
        run["eval_run_status"] = "RUNNING"
    elif polled and run["eval_run_status"] == "RUNNING":
        run["eval_run_status"] = "DONE"
        run["num_done"] = run["num_questions"]
        run["num_correct"] = sum(result["assessment"] == "GOOD" for result in run["results"])
        run["num_needs_review"] = sum(result["assessment"] == "NEEDS_REVIEW" for result in run["results"])
    return {name: value for name, value in run.items() if name not in ("results", "space_id")}


def _find_run(request: Request, state: State) -> dict[str, Any]:
    space = find(request, state, "CAN_EDIT")
    run: dict[str, Any] | None = state.things("eval_runs").get(request.path_values["run"])
    if run is None or run["space_id"] != space["space_id"]:
        raise not_found(f"Evaluation run {request.path_values['run']}")
    return run


def get_run(request: Request, state: State) -> Reply:
    """How far an evaluation is."""
    return ok(_run(_find_run(request, state), polled=True))


def runs(request: Request, state: State) -> Reply:
    """Evaluations of a space, newest first."""
    space = find(request, state, "CAN_EDIT")
    found = [run for run in state.things("eval_runs").values() if run["space_id"] == space["space_id"]]
    return ok({"eval_runs": [_run(run) for run in reversed(found)]})


def results(request: Request, state: State) -> Reply:
    """Each question's assessment."""
    names = ("result_id", "benchmark_question_id", "question")
    found = [{name: item[name] for name in names} for item in _find_run(request, state)["results"]]
    return ok({"eval_results": [item | {"status": "DONE", "space_id": request.path_values["space"]} for item in found]})


def result_details(request: Request, state: State) -> Reply:
    """One question: what was expected, what came."""
    for item in _find_run(request, state)["results"]:
        if item["result_id"] == request.path_values["result"]:
            return ok({k: v for k, v in item.items() if k != "question"} | {
                "space_id": request.path_values["space"], "eval_run_id": request.path_values["run"],
                "eval_run_status": "DONE",
            })  # fmt: skip
    raise not_found(f"Evaluation result {request.path_values['result']}")


ROUTES = (
    Route("POST", _RUNS, start_run, scope="genie", alone=False),
    Route("GET", _RUNS, runs, scope="genie"),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)", get_run, scope="genie", alone=True),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)/results", results, scope="genie"),
    Route("GET", f"{_RUNS}/(?P<run>[^/]+)/results/(?P<result>[^/]+)", result_details, scope="genie"),
)
