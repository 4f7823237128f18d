package facts

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// Metric is a number that tells how good a model is.
type Metric struct {
	Name string
	// Better is "higher" or "lower".
	Better string
	// Low and High bound the values it can take; infinite where there is no bound.
	Low, High float64
}

// span says which values the metric can take.
func (m Metric) span() string {
	switch {
	case math.IsInf(m.High, 0):
		return fmt.Sprintf("at least %v", m.Low)
	case math.IsInf(m.Low, 0):
		return fmt.Sprintf("at most %v", m.High)
	}
	return fmt.Sprintf("between %v and %v", m.Low, m.High)
}

func share(names ...string) []Metric { return each("higher", 0, 1, names) }
func loss(names ...string) []Metric  { return each("lower", 0, math.Inf(1), names) }
func rate(names ...string) []Metric  { return each("lower", 0, 1, names) }
func corr(names ...string) []Metric  { return each("higher", -1, 1, names) }

func each(better string, low, high float64, names []string) []Metric {
	var out []Metric
	for _, name := range names {
		out = append(out, Metric{name, better, low, high})
	}
	return out
}

// kind is what the table knows about a kind of problem.
type kind struct {
	name string
	// metrics: the first is the one that decides unless the spec names another.
	metrics   []Metric
	baselines []string
	// targets are the column types a target may have; nil: any.
	targets []string
	// many is whether a dataset may have several targets.
	many bool
	// role is a column role that the target's dataset must have.
	role string
}

// kinds is the table of the kinds of problem, in the order of the reference.
func kinds() []kind {
	fair := rate("demographic_parity_difference", "equalized_odds_difference")
	byLabel := slices.Concat(
		share("accuracy", "balanced_accuracy"),
		share("precision_macro", "recall_macro", "f1_micro", "f1_weighted", "roc_auc_ovr", "top_k_accuracy"),
		corr("mcc", "cohen_kappa"), loss("log_loss"), rate("expected_calibration_error"), fair)
	guess := []string{"majority_class", "stratified", "uniform", "prior"}
	errors := slices.Concat(loss("mse", "mape", "smape", "median_absolute_error", "max_error", "pinball_loss", "rmsle"),
		each("higher", math.Inf(-1), 1, []string{"r2", "explained_variance"}))
	ranked := share("ndcg", "map", "mrr", "ndcg_at_k", "recall_at_k", "precision_at_k", "hit_rate_at_k")
	text := share("exact_match", "faithfulness", "answer_relevancy", "win_rate")
	labels := []string{"bool", "category", "string", "int"}
	numbers := []string{"int", "float"}
	return []kind{
		{
			name: "binary_classification", metrics: slices.Concat(
				share("roc_auc", "pr_auc", "accuracy", "balanced_accuracy", "precision", "recall", "specificity", "f1"),
				corr("mcc", "cohen_kappa", "gini"), loss("log_loss"), rate("brier_score", "expected_calibration_error", "false_positive_rate"), fair),
			baselines: guess, targets: labels,
		},
		{name: "multiclass", metrics: slices.Concat(share("f1_macro"), byLabel), baselines: guess, targets: labels},
		{name: "regression", metrics: slices.Concat(loss("rmse", "mae"), errors), baselines: []string{"mean", "median"}, targets: numbers, many: true},
		{name: "ranking", metrics: ranked, baselines: []string{"popularity", "uniform"}, targets: append(numbers, "bool", "category"), role: "group"},
		{
			name: "forecasting", metrics: slices.Concat(loss("mase", "rmsse", "wape", "mae", "rmse", "crps"), share("coverage"), errors),
			baselines: []string{"naive", "seasonal_naive", "mean"}, targets: numbers, many: true, role: "time",
		},
		{
			name: "clustering", metrics: slices.Concat(corr("silhouette", "adjusted_rand"), loss("davies_bouldin", "inertia"),
				each("higher", 0, math.Inf(1), []string{"calinski_harabasz"}), share("normalized_mutual_info", "v_measure", "homogeneity", "completeness")),
			baselines: []string{"uniform"}, targets: labels,
		},
		{name: "image_classification", metrics: slices.Concat(byLabel, share("f1_macro")), baselines: guess, targets: labels},
		{name: "object_detection", metrics: share("map", "map_50", "map_75", "mar_100", "mean_iou", "precision", "recall", "f1"), many: true},
		{name: "text_classification", metrics: slices.Concat(share("f1_macro"), byLabel, share("roc_auc", "pr_auc", "f1", "precision", "recall")), baselines: guess, targets: labels, many: true},
		{name: "token_classification", metrics: share("f1", "precision", "recall", "f1_macro", "accuracy"), baselines: []string{"majority_class"}, many: true},
		{name: "text_generation", metrics: slices.Concat(text, share("rouge_1", "rouge_2", "rouge_l", "bert_score", "meteor", "pass_at_k"),
			each("higher", 0, 100, []string{"bleu", "chrf"}), each("lower", 1, math.Inf(1), []string{"perplexity"}), loss("cross_entropy", "ter"), rate("toxicity", "hallucination_rate")), many: true},
		{name: "retrieval", metrics: ranked, baselines: []string{"bm25", "uniform"}, many: true},
		{name: "agent", metrics: slices.Concat(share("task_success_rate", "tool_call_accuracy"), text, loss("steps_per_task", "cost_per_task"), rate("hallucination_rate")), many: true},
	}
}

// operating metrics make sense for every kind.
func operating() []Metric {
	return slices.Concat(loss("latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "model_size_mb", "training_seconds"),
		each("higher", 0, math.Inf(1), []string{"throughput_per_second"}))
}

// Kinds returns the kinds of problem, in the order of the reference.
func Kinds() []string {
	var out []string
	for _, k := range kinds() {
		out = append(out, k.name)
	}
	return out
}

// Metrics returns the metrics of a kind of problem; the first decides unless the
// spec names another, and those every kind has come last. A name ending in _at_k
// stands for every whole K, such as recall_at_10. Nil for an unknown kind.
func Metrics(kind string) []Metric {
	k := kindOf(kind)
	if k == nil {
		return nil
	}
	return append(k.metrics, operating()...)
}

func kindOf(name string) *kind {
	for _, k := range kinds() {
		if k.name == name {
			return &k
		}
	}
	return nil
}

var atK = lazy.Regexp(`_at_[1-9][0-9]{0,5}$`)

// find looks a metric up by the name a spec gives it.
func find(metrics []Metric, name string) (Metric, bool) {
	general := atK().ReplaceAllString(name, "_at_k")
	for _, m := range metrics {
		if m.Name == name && !strings.HasSuffix(name, "_at_k") || m.Name == general && general != name {
			m.Name = name
			return m, true
		}
	}
	return Metric{}, false
}

func metricNames(metrics []Metric) []string {
	var out []string
	for _, m := range metrics {
		out = append(out, m.Name)
	}
	return out
}

var checkable = lazy.Regexp(`^[a-z][a-z0-9_]{0,62}$`)

// own is a metric that the project declares.
func own(name, better string) Metric {
	return Metric{Name: name, Better: better, Low: math.Inf(-1), High: math.Inf(1)}
}
