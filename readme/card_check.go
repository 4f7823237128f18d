package readme

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

// CardFault is a fault in the front matter of a card.
type CardFault struct {
	// Line counts from 1 in the card.
	Line int
	// Reason and Fix are sentences without their period: what is wrong, and what to
	// do.
	Reason, Fix string
}

// CheckCard returns the faults in the front matter of a "model" or "dataset" card,
// by the rules of the Hugging Face Hub, sorted by line: YAML that cannot be read,
// keys that are likely misspelled, values of the wrong form or that the Hub does
// not know. A card without front matter has none. The Hub allows further keys, and
// so does CheckCard.
func CheckCard(kind string, card []byte) []CardFault {
	front, ok := frontMatterOf(card)
	if !ok {
		return nil
	}
	root, err := datafile.Read("card.yaml", front)
	var bad *datafile.Error
	switch {
	case errors.As(err, &bad):
		return []CardFault{{max(1, bad.Line+1), bad.Reason, "Correct the front matter"}}
	case err != nil || root.Kind != datafile.Map:
		return []CardFault{{1, "The front matter is no list of keys and values", "Write key: value on each line"}}
	}
	c := cardChecker{forms: cardForms(kind)}
	for i, key := range root.Keys {
		c.key(key, root.Items[i])
	}
	if id, has := root.Get("license"); has && id.Text == "other" {
		if name, named := root.Get("license_name"); !named || name.Text == "" {
			c.fault(id, "The license is \"other\", and nothing names it", "Add license_name")
		}
	}
	slices.SortStableFunc(c.faults, func(a, b CardFault) int { return a.Line - b.Line })
	return c.faults
}

// frontMatterOf is the YAML between the dashes at the start of a card.
func frontMatterOf(card []byte) ([]byte, bool) {
	text := bytes.ReplaceAll(bytes.TrimPrefix(card, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	rest, has := bytes.CutPrefix(text, []byte("---\n"))
	if !has {
		return nil, false
	}
	if bytes.HasPrefix(rest, []byte("---\n")) {
		return nil, true
	}
	front, _, closed := bytes.Cut(append(rest, '\n'), []byte("\n---\n"))
	return front, closed
}

// valueForm is what a key of the front matter may hold.
type valueForm struct {
	// list: text, or a list of text; only a list when it is "only".
	list string
	// allowed are the words it may hold, nil for any; pattern is what they match.
	allowed []string
	pattern *regexp.Regexp
}

var languageTag = lazy.Regexp(`^(?:[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*|code|multilingual)$`)

// cardForms are the keys that the Hub knows.
func cardForms(kind string) map[string]valueForm {
	licenses := append(hubLicenses(), "other", "unknown", "cc", "bsd", "gpl", "lgpl", "gfdl", "openrail", "openrail++", "creativeml-openrail-m",
		"bigscience-openrail-m", "bigscience-bloom-rail-1.0", "bigcode-openrail-m", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "gemma",
		"apple-ascl", "apple-amlr", "deepfloyd-if-license", "h-research", "intel-research", "lgpl-lr", "fair-noncommercial-research-license", "openmdw-1.0")
	forms := map[string]valueForm{
		"language": {list: "too", pattern: languageTag()}, "license": {list: "too", allowed: licenses}, "license_name": {}, "license_link": {}, "tags": {list: "only"},
	}
	more := map[string]valueForm{
		"library_name": {}, "pipeline_tag": {allowed: hubTasks()}, "datasets": {list: "too"}, "metrics": {list: "too"}, "base_model": {list: "too"},
		"base_model_relation": {allowed: []string{"finetune", "adapter", "quantized", "merge"}}, "model_name": {}, "new_version": {},
	}
	if kind == "dataset" {
		sizes := []string{"n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B", "10B<n<100B", "100B<n<1T", "n>1T", "unknown"}
		more = map[string]valueForm{
			"pretty_name": {}, "annotations_creators": {list: "too"}, "language_creators": {list: "too"}, "multilinguality": {list: "too"},
			"size_categories": {list: "too", allowed: sizes}, "source_datasets": {list: "too"}, "task_categories": {list: "too", allowed: hubTasks()}, "task_ids": {list: "too"},
			"paperswithcode_id": {},
		}
	}
	for k, f := range more {
		forms[k] = f
	}
	return forms
}

// hubTasks are the tasks of the Hub (huggingface.co/tasks).
func hubTasks() []string {
	return strings.Fields(`text-classification token-classification table-question-answering question-answering zero-shot-classification translation
		summarization feature-extraction text-generation text2text-generation fill-mask sentence-similarity text-to-speech text-to-audio
		automatic-speech-recognition audio-to-audio audio-classification audio-text-to-text voice-activity-detection depth-estimation image-classification
		object-detection image-segmentation text-to-image image-to-text image-to-image image-to-video unconditional-image-generation video-classification
		reinforcement-learning robotics tabular-classification tabular-regression tabular-to-text table-to-text multiple-choice text-ranking text-retrieval
		time-series-forecasting text-to-video image-text-to-text visual-question-answering document-question-answering zero-shot-image-classification graph-ml
		mask-generation zero-shot-object-detection text-to-3d image-to-3d image-feature-extraction video-text-to-text keypoint-detection
		visual-document-retrieval any-to-any video-to-video other`)
}

type cardChecker struct {
	forms  map[string]valueForm
	faults []CardFault
}

// fault adds a fault at a value; the front matter begins in the card's line 2.
func (c *cardChecker) fault(at datafile.Node, reason, fix string) {
	c.faults = append(c.faults, CardFault{at.Line + 1, reason, fix})
}

func (c *cardChecker) key(key string, v datafile.Node) {
	if key == "model-index" {
		c.index(v)
		return
	}
	f, known := c.forms[key]
	if !known {
		for k := range c.forms {
			if len(key) > 3 && len(key) < 64 && levenshtein.Distance(strings.ToLower(key), k, nil) == 1 {
				c.fault(v, fmt.Sprintf("The key %q is likely misspelled", key), fmt.Sprintf("Write %q", k))
			}
		}
		return
	}
	switch {
	case v.Kind == datafile.List && f.list != "":
		for _, e := range v.Items {
			c.word(key, f, e)
		}
	case f.list == "only":
		c.fault(v, fmt.Sprintf("The key %q takes a list", key), "Write each element on a line of its own, after a dash")
	default:
		c.word(key, f, v)
	}
}

// word checks one text of a key.
func (c *cardChecker) word(key string, f valueForm, v datafile.Node) {
	switch {
	case v.Kind != datafile.Text:
		c.fault(v, fmt.Sprintf("The key %q takes text", key), "Put it in quotes, or leave the key out")
	case f.allowed != nil && !slices.Contains(f.allowed, v.Text):
		c.fault(v, fmt.Sprintf("The Hub knows no %s %q", key, v.Text), near(v.Text, f.allowed, "Write one that it knows"))
	case f.pattern != nil && !f.pattern.MatchString(v.Text):
		c.fault(v, fmt.Sprintf("%q is no %s", v.Text, key), "Write a code such as en")
	}
}

// index checks the results that the Hub shows (model-index).
func (c *cardChecker) index(v datafile.Node) {
	if v.Kind != datafile.List || len(v.Items) == 0 {
		c.fault(v, `The key "model-index" takes a list of models`, "Write a list with name and results")
		return
	}
	for _, m := range v.Items {
		c.wants(m, "a model of model-index", "name")
		results, _ := m.Get("results")
		if results.Kind != datafile.List {
			c.fault(m, "A model of model-index has no list of results", "Add results")
		}
		for _, r := range results.Items {
			task, _ := r.Get("task")
			data, _ := r.Get("dataset")
			c.wants(at(task, r), "the task of a result", "type")
			c.wants(at(data, r), "the dataset of a result", "type", "name")
			metrics, _ := r.Get("metrics")
			for _, n := range metrics.Items {
				c.wants(n, "a metric of a result", "type", "value")
			}
			if len(metrics.Items) == 0 {
				c.fault(r, "A result has no metrics", "Add some, or leave the result out")
			}
		}
	}
}

// at is a part of a value, or the value's place where the part is not there.
func at(part, whole datafile.Node) datafile.Node {
	if part.Line == 0 {
		part.Line = whole.Line
	}
	return part
}

// wants sees to it that a value has some keys.
func (c *cardChecker) wants(v datafile.Node, what string, keys ...string) {
	for _, k := range keys {
		if e, has := v.Get(k); !has || e.Kind == datafile.Null {
			c.fault(v, fmt.Sprintf("There is no %q in %s", k, what), "Add it")
		}
	}
}
