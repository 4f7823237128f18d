package readme

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// yamlText writes YAML in the style that Prettier leaves alone. Keys are ours;
// values are quoted where they need it.
type yamlText struct{ b strings.Builder }

// scalar writes a key with text, unless that is empty.
func (y *yamlText) scalar(indent, key, value string) {
	if value != "" {
		y.b.WriteString(indent + key + ": " + yamlString(value) + "\n")
	}
}

// list writes a key with a list of text, unless that is empty.
func (y *yamlText) list(indent, key string, values []string) {
	if len(values) == 0 {
		return
	}
	y.line(indent, key+":")
	for _, v := range values {
		y.line(indent, "  - "+yamlString(v))
	}
}

// line writes a line as it is.
func (y *yamlText) line(indent, text string) { y.b.WriteString(indent + text + "\n") }

var (
	plainYAML = lazy.Regexp(`^[A-Za-z][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+()-]+)*$`)
	// Readers of YAML 1.1 take these for other things than text.
	yamlWord = lazy.Regexp(`(?i)^(?:y|n|yes|no|true|false|on|off|null|nan|inf)$`)
)

// yamlString is text as a YAML scalar that every reader takes for that text.
func yamlString(s string) string {
	s = oneLine(s)
	if plainYAML().MatchString(s) && !yamlWord().MatchString(s) {
		return s
	}
	if strings.Contains(s, `"`) && !strings.Contains(s, `\`) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// yamlNumber is a decimal as a YAML number: readers of YAML 1.1 want a point
// before an exponent, and a sign after it.
func yamlNumber(s string) string {
	mantissa, exponent, has := strings.Cut(strings.ToLower(s), "e")
	if !has {
		return s
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if exponent[0] != '-' && exponent[0] != '+' {
		exponent = "+" + exponent
	}
	return mantissa + "e" + exponent
}

// hubLicense is what the Hugging Face Hub calls a license: one of its own words,
// or "other" with the name of the license.
func hubLicense(spdx string) (id, name string) {
	id = strings.ToLower(strings.TrimSpace(spdx))
	for _, end := range []string{"-only", "-or-later"} {
		id = strings.TrimSuffix(id, end)
	}
	switch id {
	case "":
		return "", ""
	case "odc-by-1.0", "odbl-1.0", "pddl-1.0", "c-uda-1.0":
		id = id[:len(id)-len("-1.0")]
	}
	if slices.Contains(hubLicenses(), id) {
		return id, ""
	}
	return "other", strings.ToLower(strings.Join(strings.Fields(spdx), "-"))
}

// hubLicenses are the licenses of the Hub that SPDX has too.
// (huggingface.co/docs/hub/repositories-licenses)
func hubLicenses() []string {
	return []string{
		"apache-2.0", "mit", "afl-3.0", "artistic-2.0", "bsl-1.0", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "c-uda", "cc0-1.0",
		"cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0",
		"cc-by-nd-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0",
		"cdla-permissive-1.0", "cdla-permissive-2.0", "wtfpl", "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "eupl-1.2", "agpl-3.0",
		"gpl-2.0", "gpl-3.0", "lgpl-2.1", "lgpl-3.0", "isc", "lppl-1.3c", "ms-pl", "mpl-2.0", "odc-by", "odbl", "osl-3.0", "postgresql", "ofl-1.1",
		"ncsa", "unlicense", "zlib", "pddl",
	}
}

// hubTask is the Hub's name of a kind of problem on data with such features; ""
// where the facts do not tell.
func hubTask(problem string, data view) string {
	switch problem {
	case "binary_classification", "multiclass":
		switch onlyBase(data) {
		case "text":
			return "text-classification"
		case "image":
			return "image-classification"
		case "":
			return ""
		}
		return "tabular-classification"
	case "regression":
		if base := onlyBase(data); base == "" || base == "text" || base == "image" {
			return ""
		}
		return "tabular-regression"
	case "forecasting":
		return "time-series-forecasting"
	case "image_classification", "object_detection", "text_classification", "token_classification", "text_generation":
		return strings.ReplaceAll(problem, "_", "-")
	}
	return ""
}

// onlyBase is the type that all features of a dataset have, "mixed" when they have
// several, and "" when none is declared.
func onlyBase(data view) string {
	base := ""
	for _, c := range data.at("fields").items() {
		switch {
		case c.get("role") != "feature":
		case base == "":
			base = c.get("base")
		case base != c.get("base"):
			base = "mixed"
		}
	}
	return base
}

// hubMetric is the name that the Hub's library of metrics has for ours; "" for
// none.
func hubMetric(name string) string {
	switch name {
	case "accuracy", "precision", "recall", "f1", "roc_auc", "mae", "mse", "mape", "smape", "mase", "brier_score", "perplexity", "bleu", "chrf", "ter", "meteor", "exact_match":
		return name
	case "mcc":
		return "matthews_correlation"
	case "r2":
		return "r_squared"
	case "bert_score":
		return "bertscore"
	}
	return ""
}

// hubLibrary is the Hub's library for a format of models; "" where the format
// does not tell.
func hubLibrary(format string) string {
	switch format {
	case "skops":
		return "sklearn"
	case "keras":
		return "keras"
	}
	return ""
}

// hubSize is the Hub's bucket for a number of rows.
func hubSize(rows string) string {
	if rows == "" || strings.Trim(rows, "0123456789") != "" {
		return ""
	}
	switch digits := len(strings.TrimLeft(rows, "0")); {
	case digits <= 3:
		return "n<1K"
	case digits > 12:
		return "n>1T"
	default:
		return []string{
			"1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B", "100B<n<1T",
		}[digits-4]
	}
}

var hubDataset = lazy.Regexp(`^https://huggingface\.co/datasets/([A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)?)/?$`)

// frontLines is how many lines at the top of a README are its front matter: YAML
// between two lines of dashes, with a key in its first line that is no comment. 0 is
// none: dashes may be a rule, too.
func frontLines(lines []string) int {
	at := func(i int) string { return strings.TrimRight(lines[i], "\r\n") }
	if len(lines) == 0 || at(0) != "---" {
		return 0
	}
	keyed := false
	for i := 1; i < len(lines); i++ {
		line := at(i)
		switch {
		case line == "---" && keyed:
			return i + 1
		case keyed, strings.HasPrefix(line, "#"):
		case !frontKey().MatchString(line):
			return 0
		default:
			keyed = true
		}
	}
	return 0
}

var frontKey = lazy.Regexp(`^["']?[\w][\w .-]*["']?[ \t]*:(?:[ \t]|$)`)

// belowFront are the lines of a README with its front matter blank: nothing in there
// is Markdown.
func belowFront(lines []string) []string {
	n := frontLines(lines)
	if n == 0 {
		return lines
	}
	lines = slices.Clone(lines)
	for i := range lines[:n] {
		lines[i] = "\n"
	}
	return lines
}

// belowFrontOf is belowFront of a text.
func belowFrontOf(text string) string {
	if !strings.HasPrefix(text, "---") {
		return text
	}
	return strings.Join(belowFront(slices.Collect(strings.Lines(text))), "")
}
