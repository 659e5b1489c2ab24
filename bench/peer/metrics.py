"""The peer of `npm run bench -- metrics`: the same numbers with scikit-learn, SciPy and NumPy, in one process.

Reads a request (JSON) from stdin: { file, rows, parts, formula, resampled, drawn_rows,
replicates, replicates_of_auc, budget_s }. `file` holds the labels as int32 and the candidate's and the baseline's scores as float64, one after the other; `formula` and `resampled`
name the metrics whose intervals follow from a formula, and those that are drawn again. Writes JSON to stdout: versions, seconds of the
fastest of several calls of each part, and the values, so that the bench can compare them with its own. Times are taken
inside, without the start of Python and without reading the file.
"""

import json
import sys
import time

import numpy as np
import scipy
import sklearn

from intervals import difference, single
from side import Side


def best_of(work, budget_s):
    """Seconds of the fastest call and the last result; at least two calls, for about `budget_s`."""
    fastest, spent, calls, result = float("inf"), 0.0, 0, None
    while calls < 2 or (spent < budget_s and calls < 50):
        start = time.perf_counter()
        result = work()
        took = time.perf_counter() - start
        fastest, spent, calls = min(fastest, took), spent + took, calls + 1
    return fastest, result


def suite(y, candidate, baseline, ids):
    """Every metric of both models with its interval, and the difference with its interval."""
    sides = Side(y, candidate), Side(y, baseline)
    found = {}
    for id in ids:
        own, theirs = sides[0].metric(id), sides[1].metric(id)
        found[id] = {
            "candidate": [own.value, single(sides[0], own)],
            "baseline": [theirs.value, single(sides[1], theirs)],
            "delta": [own.value - theirs.value, difference(sides, own, theirs)],
        }
    return found


def resampled(y, candidate, baseline, ids, drawn_rows, replicates):
    """The metrics of both models in draws of so many rows with replacement."""
    random = np.random.default_rng(1)
    n = len(y)
    deltas = np.empty((replicates, len(ids)))
    for at in range(replicates):
        rows = random.integers(0, n, drawn_rows)
        drawn = y[rows]
        sides = Side(drawn, candidate[rows], drawn=True), Side(drawn, baseline[rows], drawn=True)
        deltas[at] = [sides[0].metric(id).value - sides[1].metric(id).value for id in ids]
    return np.quantile(deltas, [0.025, 0.975], axis=0).T.tolist()


def delong(y, candidate, baseline):
    """Both areas and the standard error of their difference."""
    own, theirs = Side(y, candidate).metric("roc_auc"), Side(y, baseline).metric("roc_auc")
    return [own.value, theirs.value, own.spread(own.per_row - theirs.per_row, y)]


def bootstrap(y, candidate, baseline, replicates):
    """The usual loop: draw rows with replacement, score both models on them."""
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(1)
    n = len(y)
    deltas = np.empty(replicates)
    for at in range(replicates):
        rows = random.integers(0, n, n)
        drawn = y[rows]
        deltas[at] = roc_auc_score(drawn, candidate[rows]) - roc_auc_score(drawn, baseline[rows])
    return [float(np.std(deltas, ddof=1)), *np.quantile(deltas, [0.025, 0.975]).tolist()]


def main():
    request = json.load(sys.stdin)
    n = request["rows"]
    with open(request["file"], "rb") as file:
        y = np.fromfile(file, np.int32, n)
        candidate = np.fromfile(file, np.float64, n)
        baseline = np.fromfile(file, np.float64, n)
    formula = [id for id in request["formula"] if Side.knows(id)]
    drawn_ids = [id for id in request["resampled"] if Side.knows(id)]
    # A draw takes the same time as any other, so a part of them is timed and the rest is reckoned.
    timed = min(20, request["replicates"])
    parts = {
        "formula": (1, lambda: suite(y, candidate, baseline, formula)),
        "values": (1, lambda: suite(y, candidate, baseline, drawn_ids)),
        "resampled": (
            request["replicates"] / timed,
            lambda: resampled(y, candidate, baseline, drawn_ids, request["drawn_rows"], timed),
        ),
        "delong": (1, lambda: delong(y, candidate, baseline)),
        "bootstrap": (1, lambda: bootstrap(y, candidate, baseline, request["replicates_of_auc"])),
    }
    answer = {
        "versions": {
            "Python": sys.version.split()[0],
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "unknown": [id for id in request["formula"] + request["resampled"] if not Side.knows(id)],
        "seconds": {},
        "values": {},
    }
    for part in request["parts"]:
        scale, work = parts[part]
        fastest, result = best_of(work, request["budget_s"])
        answer["seconds"][part] = scale * fastest
        if part != "resampled":
            answer["values"][part] = result
    json.dump(answer, sys.stdout)


main()
