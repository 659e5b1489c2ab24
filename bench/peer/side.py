"""One model's metrics with scikit-learn, and per row what their uncertainty follows from, with NumPy."""

from functools import cached_property

import numpy as np
from scipy.stats import rankdata
from sklearn import metrics as sk

BINS = 15
EPSILON = 1e-15


class Metric:
    """A value with one number per row: a loss, a placement (DeLong), or the row's influence on the value."""

    def __init__(self, id, value, per_row, kind="influence", low=0.0, high=1.0, share=None):
        self.id, self.value, self.per_row, self.kind = id, float(value), per_row, kind
        self.low, self.high = low, high
        # (successes, of): the metric is a plain share of some rows.
        self.share = share

    def spread(self, per_row, y):
        """Standard error of the mean of per-row numbers; of rank metrics class by class, as DeLong's of placements."""
        if self.kind in ("delong", "stratified"):
            parts = [per_row[y == label] for label in (0, 1)]
            of = [len(part) / len(y) if self.kind == "stratified" else 1.0 for part in parts]
            error = np.sqrt(sum((share * part).var(ddof=1) / len(part) for share, part in zip(of, parts)))
            return 2.0 * error if self.id == "gini" else error
        return per_row.std(ddof=1) / np.sqrt(len(per_row))


class Side:
    """Labels (0 or 1) and a model's probabilities; what several metrics share is computed once.

    `drawn`: the rows are one draw of a bootstrap, so metrics that have an influence function do without it.
    """

    def __init__(self, y, scores, drawn=False):
        self.y, self.scores, self.n, self.drawn = y, scores, len(y), drawn

    @staticmethod
    def knows(id):
        return hasattr(Side, "metric_" + id.split("@")[0] + ("_at" if "@" in id else ""))

    def metric(self, id):
        """`f_beta@2` is metric_f_beta_at(2.0)."""
        name, _, parameter = id.partition("@")
        return getattr(self, f"metric_{name}_at")(float(parameter)) if parameter else getattr(self, "metric_" + name)()

    @cached_property
    def positive(self):
        return self.y == 1

    @cached_property
    def predicted(self):
        return (self.scores >= 0.5).astype(np.int32)

    @cached_property
    def selected(self):
        return self.predicted == 1

    @cached_property
    def hit(self):
        return self.y == self.predicted

    @cached_property
    def by_class(self):
        """Precision, recall and F1 of class 0 and class 1."""
        return sk.precision_recall_fscore_support(self.y, self.predicted, labels=[0, 1], zero_division=np.nan)

    @cached_property
    def confusion(self):
        """TN, FP, FN, TP."""
        return sk.confusion_matrix(self.y, self.predicted, labels=[0, 1]).ravel().astype(float)

    # How a row moves the precision, recall and F1 of a class.
    def moves_precision(self, of):
        chosen = self.predicted == of
        return np.where(chosen, (self.hit - self.by_class[0][of]) * (self.n / chosen.sum()), 0.0)

    def moves_recall(self, of):
        members = self.y == of
        return np.where(members, (self.hit - self.by_class[1][of]) * (self.n / members.sum()), 0.0)

    def moves_f1(self, of):
        members, chosen = self.y == of, self.predicted == of
        a = float((members & chosen).sum())
        b = float((members ^ chosen).sum())
        return self.n * (2 * b * (members & chosen) - 2 * a * (members ^ chosen)) / (2 * a + b) ** 2

    @cached_property
    def placements(self):
        """Each row's share of the other class that it is on the right side of (Sun and Xu 2014), and the area."""
        ranks = rankdata(self.scores)
        positive, negative = self.scores[self.positive], self.scores[~self.positive]
        m, k = len(positive), len(negative)
        rows = np.empty(self.n)
        rows[self.positive] = (ranks[self.positive] - rankdata(positive)) / k
        rows[~self.positive] = 1 - (ranks[~self.positive] - rankdata(negative)) / m
        area = (ranks[self.positive].sum() - m * (m + 1) / 2) / (m * k)
        return area, rows

    def metric_roc_auc(self):
        area, rows = self.placements
        return Metric("roc_auc", area, rows, kind="delong")

    def metric_gini(self):
        area, rows = self.placements
        return Metric("gini", 2 * area - 1, rows, kind="delong", low=-1.0)

    @cached_property
    def groups(self):
        """Per row the number of its distinct score, 1 for the highest, and their number."""
        order = np.argsort(-self.scores, kind="stable")
        ordered = self.scores[order]
        numbers = np.cumsum(np.r_[True, ordered[1:] != ordered[:-1]])
        group = np.empty(self.n, np.int64)
        group[order] = numbers
        return group, int(numbers[-1])

    @cached_property
    def corners(self):
        """Positive and negative rows among the g highest distinct scores, g = 0, 1, …"""
        group, count = self.groups
        rows = np.bincount(group, minlength=count + 1)
        positives = np.bincount(group, self.y, count + 1)
        return np.cumsum(positives), np.cumsum(rows - positives)

    def moved_by(self, up, across):
        """Influence of each row, from the derivatives by the corners."""
        group, _ = self.groups
        up, across = (self.n * np.cumsum(slope[::-1])[::-1] for slope in (up, across))
        return np.where(self.positive, up[group], across[group])

    def precisions(self):
        p, q = self.corners
        size = p[1:] + q[1:]
        return p, q, size, p[1:] / size, np.zeros(len(p)), np.zeros(len(p))

    def metric_average_precision(self):
        value = sk.average_precision_score(self.y, self.scores)
        if self.drawn:
            return Metric("average_precision", value, None)
        p, q, size, precision, up, across = self.precisions()
        gained = np.diff(p)
        up[1:] += precision + gained * q[1:] / size**2
        up[:-1] -= precision
        across[1:] -= gained * p[1:] / size**2
        up[-1] -= value
        return Metric("average_precision", value, self.moved_by(up / p[-1], across / p[-1]), kind="stratified")

    def metric_pr_auc(self):
        precision, recall, _ = sk.precision_recall_curve(self.y, self.scores, drop_intermediate=False)
        value = sk.auc(recall, precision)
        if self.drawn:
            return Metric("pr_auc", value, None)
        p, q, size, precision, up, across = self.precisions()
        middle = (precision + np.r_[1.0, precision[:-1]]) / 2
        wide = (np.r_[p[2:], p[-1]] - p[:-1]) / 2
        up[1:] += middle + wide * q[1:] / size**2
        up[:-1] -= middle
        across[1:] -= wide * p[1:] / size**2
        up[-1] -= value
        return Metric("pr_auc", value, self.moved_by(up / p[-1], across / p[-1]), kind="stratified")

    def metric_ks(self):
        false, true, _ = sk.roc_curve(self.y, self.scores, drop_intermediate=False)
        value = np.max(np.abs(true - false))
        if self.drawn:
            return Metric("ks", value, None)
        p, q = self.corners
        gap = p / p[-1] - q / q[-1]
        at = np.argmax(np.abs(gap))
        up, across = np.zeros(len(p)), np.zeros(len(p))
        up[at] += 1 / p[-1]
        up[-1] -= p[at] / p[-1] ** 2
        across[at] -= 1 / q[-1]
        across[-1] += q[at] / q[-1] ** 2
        return Metric("ks", value, np.sign(gap[at]) * self.moved_by(up, across), kind="stratified")

    def metric_roc_auc_at(self, max_fpr):
        value = sk.roc_auc_score(self.y, self.scores, max_fpr=max_fpr)
        if self.drawn:
            return Metric("roc_auc@", value, None)
        p, q = self.corners
        x, y = q / q[-1], p / p[-1]
        last = np.searchsorted(x, max_fpr, side="right")
        up, across = np.zeros(len(p)), np.zeros(len(p))
        wide, middle = np.diff(x[:last]), (y[1:last] + y[: last - 1]) / 2
        up[1:last] += wide / 2
        up[: last - 1] += wide / 2
        across[1:last] += middle
        across[: last - 1] -= middle
        if last < len(x):
            d, high = max_fpr - x[last - 1], y[last] - y[last - 1]
            share = d / (x[last] - x[last - 1])
            up[last - 1] += d - d * share / 2
            up[last] += d * share / 2
            across[last - 1] += -y[last - 1] - high * share + high * share**2 / 2
            across[last] -= high * share**2 / 2
        scale = 2 * (max_fpr - max_fpr**2 / 2)
        for slope, weight in ((up, p), (across, q)):
            total = slope @ weight
            slope /= weight[-1]
            slope[-1] -= total / weight[-1] ** 2
        return Metric("roc_auc@", value, self.moved_by(up / scale, across / scale), kind="stratified")

    def metric_recall_at_precision_at(self, least):
        precision, recall, _ = sk.precision_recall_curve(self.y, self.scores, drop_intermediate=False)
        return Metric("recall_at_precision@", np.max(recall[precision >= least], initial=0.0), None)

    @cached_property
    def losses(self):
        clipped = np.clip(self.scores, EPSILON, 1 - EPSILON)
        return -np.log(np.where(self.positive, clipped, 1 - clipped))

    def metric_log_loss(self):
        return Metric("log_loss", self.losses.mean(), self.losses, kind="mean", high=-np.log(EPSILON))

    def metric_brier(self):
        rows = (self.scores - self.y) ** 2
        return Metric("brier", sk.brier_score_loss(self.y, self.scores), rows, kind="mean", high=2.0)

    def metric_log_loss_skill(self):
        rate = self.y.mean()
        reference = -(rate * np.log(rate) + (1 - rate) * np.log1p(-rate))
        moved = (self.y - rate) * np.log((1 - rate) / rate)
        return self.skill("log_loss_skill", self.losses, reference, moved)

    def metric_brier_skill(self):
        rate = self.y.mean()
        return self.skill(
            "brier_skill", (self.scores - self.y) ** 2, rate * (1 - rate), (1 - 2 * rate) * (self.y - rate)
        )

    def skill(self, id, rows, reference, moved):
        loss = rows.mean()
        influence = -(rows - loss) / reference + loss / reference**2 * moved
        return Metric(id, 1 - loss / reference, influence, low=-np.inf)

    def metric_accuracy(self):
        value = sk.accuracy_score(self.y, self.predicted)
        return Metric("accuracy", value, self.hit.astype(float), kind="tango", share=(self.hit.sum(), self.n))

    def metric_balanced_accuracy(self):
        value = sk.balanced_accuracy_score(self.y, self.predicted)
        return Metric("balanced_accuracy", value, (self.moves_recall(0) + self.moves_recall(1)) / 2)

    def metric_precision(self):
        tn, fp, fn, tp = self.confusion
        return Metric("precision", self.by_class[0][1], self.moves_precision(1), share=(tp, tp + fp))

    def metric_npv(self):
        tn, fp, fn, tp = self.confusion
        return Metric("npv", self.by_class[0][0], self.moves_precision(0), share=(tn, tn + fn))

    def metric_recall(self):
        tn, fp, fn, tp = self.confusion
        return Metric("recall", self.by_class[1][1], self.moves_recall(1), share=(tp, tp + fn))

    def metric_specificity(self):
        tn, fp, fn, tp = self.confusion
        return Metric("specificity", self.by_class[1][0], self.moves_recall(0), share=(tn, tn + fp))

    def metric_false_positive_rate(self):
        tn, fp, fn, tp = self.confusion
        return Metric("false_positive_rate", fp / (tn + fp), -self.moves_recall(0), share=(fp, tn + fp))

    def metric_false_negative_rate(self):
        tn, fp, fn, tp = self.confusion
        return Metric("false_negative_rate", fn / (tp + fn), -self.moves_recall(1), share=(fn, tp + fn))

    def metric_selection_rate(self):
        rate = self.selected.mean()
        return Metric("selection_rate", rate, self.selected - rate, share=(self.selected.sum(), self.n))

    def metric_f1(self):
        return Metric("f1", self.by_class[2][1], self.moves_f1(1))

    def metric_f_beta_at(self, beta):
        value = sk.fbeta_score(self.y, self.predicted, beta=beta)
        tn, fp, fn, tp = self.confusion
        hit, missed, wrong = self.positive & self.selected, self.positive & ~self.selected, self.selected & ~self.positive
        more = 1 + beta**2
        total = more * hit + beta**2 * missed + wrong
        rows = self.n * (more * hit - value * total) / (more * tp + beta**2 * fn + fp)
        return Metric("f_beta@", value, rows)

    def metric_jaccard(self):
        value = sk.jaccard_score(self.y, self.predicted)
        both, either = self.positive & self.selected, self.positive | self.selected
        return Metric("jaccard", value, (both - value * either) * (self.n / either.sum()))

    def metric_informedness(self):
        value = self.by_class[1].sum() - 1
        return Metric("informedness", value, self.moves_recall(0) + self.moves_recall(1), low=-1.0)

    @cached_property
    def shares(self):
        """Shares of class 0 and 1 among the labels and the predictions."""
        tn, fp, fn, tp = self.confusion / self.n
        return np.array([tn + fp, fn + tp]), np.array([tn + fn, fp + tp])

    def metric_mcc(self):
        value = sk.matthews_corrcoef(self.y, self.predicted)
        labels, guesses = self.shares
        chance = labels @ guesses
        right = self.hit.mean()
        label_spread, guess_spread = 1 - labels @ labels, 1 - guesses @ guesses
        moved = self.hit - right - (labels[self.predicted] + guesses[self.y] - 2 * chance)
        label_moved = -2 * (labels[self.y] - 1 + label_spread) / label_spread
        guess_moved = -2 * (guesses[self.predicted] - 1 + guess_spread) / guess_spread
        rows = moved / np.sqrt(label_spread * guess_spread) - value / 2 * (label_moved + guess_moved)
        return Metric("mcc", value, rows, low=-1.0)

    def metric_kappa(self):
        value = sk.cohen_kappa_score(self.y, self.predicted)
        labels, guesses = self.shares
        chance, right = labels @ guesses, self.hit.mean()
        moved = labels[self.predicted] + guesses[self.y] - 2 * chance
        rows = ((self.hit - right) * (1 - chance) - (1 - right) * moved) / (1 - chance) ** 2
        return Metric("kappa", value, rows, low=-1.0)

    def metric_f1_macro(self):
        return Metric("f1_macro", self.by_class[2].mean(), (self.moves_f1(0) + self.moves_f1(1)) / 2)

    def metric_precision_macro(self):
        rows = (self.moves_precision(0) + self.moves_precision(1)) / 2
        return Metric("precision_macro", self.by_class[0].mean(), rows)

    def metric_recall_macro(self):
        return Metric("recall_macro", self.by_class[1].mean(), (self.moves_recall(0) + self.moves_recall(1)) / 2)

    @cached_property
    def equal_width(self):
        return np.minimum((self.scores * BINS).astype(np.int64), BINS - 1)

    @cached_property
    def equal_mass(self):
        """The bin of the middle of all rows with the same score."""
        _, group, rows = np.unique(self.scores, return_inverse=True, return_counts=True)
        middle = np.cumsum(rows) - rows / 2
        return np.minimum((BINS * middle / self.n).astype(np.int64), BINS - 1)[group]

    def gaps(self, bins):
        """Per bin its rows, and Σ(probability − label)."""
        return np.bincount(bins, minlength=BINS), np.bincount(bins, self.scores - self.y, BINS)

    def binned(self, id, bins, value, by_gap, by_rows):
        """A metric of bins, from its derivatives by a bin's Σ(p − y) and by its rows."""
        rows = None if self.drawn else self.n * (by_gap[bins] * (self.scores - self.y) + by_rows[bins])
        return Metric(id, value, rows)

    def metric_ece(self):
        return self.mean_gap("ece", self.equal_width)

    def metric_ece_adaptive(self):
        return self.mean_gap("ece_adaptive", self.equal_mass)

    def mean_gap(self, id, bins):
        _, gap = self.gaps(bins)
        value = np.abs(gap).sum() / self.n
        return self.binned(id, bins, value, np.sign(gap) / self.n, np.full(BINS, -value / self.n))

    def metric_rmsce(self):
        rows, gap = self.gaps(self.equal_width)
        mean = gap / np.maximum(rows, 1)
        value = np.sqrt(gap @ mean / self.n)
        scale = 1 / (2 * value * self.n)
        return self.binned("rmsce", self.equal_width, value, 2 * mean * scale, -(mean**2 + value**2) * scale)

    def metric_mce(self):
        rows, gap = self.gaps(self.equal_width)
        mean = np.abs(gap) / np.maximum(rows, 1)
        worst = np.arange(BINS) == np.argmax(mean)
        value = mean.max()
        of = np.where(worst, 1 / np.maximum(rows, 1), 0.0)
        return self.binned("mce", self.equal_width, value, np.sign(gap) * of, -value * of)
