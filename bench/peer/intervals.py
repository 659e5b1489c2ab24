"""Two-sided 95 % intervals of one model's metric and of a paired difference."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm, ttest_rel

LEVEL = 0.95
Z = norm.ppf((1 + LEVEL) / 2)

# Metrics of the table of labels and predicted classes.
TABLE = set(
    "balanced_accuracy precision recall specificity npv false_positive_rate false_negative_rate f1 f_beta jaccard "
    "informedness mcc kappa selection_rate f1_macro precision_macro recall_macro".split()
)


def single(side, metric):
    """Wilson's interval for shares of rows; else the logit's for metrics from 0 to 1; else the plain normal one."""
    if metric.share is not None:
        return wilson(*metric.share)
    if metric.per_row is None:
        return None
    error = metric.spread(metric.per_row, side.y)
    if metric.low == 0 and metric.high == 1:
        center = np.log(metric.value / (1 - metric.value))
        half = Z * error / (metric.value * (1 - metric.value))
        return [float(1 / (1 + np.exp(-(center - half)))), float(1 / (1 + np.exp(-(center + half))))]
    return [max(metric.low, metric.value - Z * error), min(metric.high, metric.value + Z * error)]


def difference(sides, own, theirs):
    """Tango's score interval for accuracy, the paired t test's for means, value ± z standard errors for the others."""
    if own.per_row is None:
        return None
    if own.kind == "tango":
        return tango(own.per_row, theirs.per_row)
    if own.kind == "mean":
        return list(map(float, ttest_rel(own.per_row, theirs.per_row).confidence_interval(LEVEL)))
    error = own.spread(own.per_row - theirs.per_row, sides[0].y)
    if own.id.partition("@")[0] in TABLE:
        error = np.sqrt(error**2 + gained_and_lost(sides, own, theirs) / len(sides[0].y) ** 2)
    value = own.value - theirs.value
    return [value - Z * error, value + Z * error]


def gained_and_lost(sides, own, theirs):
    """What one more row that only the candidate has right, and one that only the baseline has right, add to the sum of
    squares, both of the label where they add most (docs/decisions/0015)."""

    def moved(side, metric, label, guess):
        return metric.per_row[np.argmax((side.y == label) & (side.predicted == guess))]

    return max(
        (moved(sides[0], own, label, label) - moved(sides[1], theirs, label, 1 - label)) ** 2
        + (moved(sides[0], own, label, 1 - label) - moved(sides[1], theirs, label, label)) ** 2
        for label in (0, 1)
    )


def wilson(successes, of):
    rate = successes / of
    center = (rate + Z**2 / (2 * of)) / (1 + Z**2 / of)
    half = Z * np.sqrt(rate * (1 - rate) / of + Z**2 / (4 * of**2)) / (1 + Z**2 / of)
    return [float(center - half), float(center + half)]


def tango(own, theirs):
    """Tango (1998): all differences that the score test does not reject."""
    n = len(own)
    gained, lost = float((own > theirs).sum()), float((own < theirs).sum())

    def score(delta):
        a = 2.0 * n
        b = -gained - lost + (2 * n - gained + lost) * delta
        c = -lost * delta * (1 - delta)
        share = (np.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
        variance = n * (2 * share + delta * (1 - delta))
        return (gained - lost - n * delta) / np.sqrt(variance)

    estimate = (gained - lost) / n
    return [
        brentq(lambda delta: score(delta) - Z, -1 + 1e-9, estimate - 1e-12, xtol=1e-14),
        brentq(lambda delta: score(delta) + Z, estimate + 1e-12, 1 - 1e-9, xtol=1e-14),
    ]
