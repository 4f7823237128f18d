package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/form"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// ask asks the questions on the terminal: in place where that is possible, in plain
// lines for a screen reader, on a dumb terminal and where the output goes elsewhere.
func (a *app) ask(ctx context.Context, next form.Next) ([]form.Answer, error) {
	t := form.Terminal{In: a.Streams.In, Out: a.Streams.Err, Width: a.Streams.Width, Color: a.colors(a.Streams.ErrTTY)}
	if kind := a.getenv("TERM"); a.Streams.ErrTTY && a.getenv("ACCESSIBLE") == "" && kind != "" && kind != "dumb" {
		t.Raw = a.Streams.Raw
	}
	answers, err := form.Run(ctx, t, next)
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		fmt.Fprintln(a.Streams.Err, "Interrupted. Nothing was written.")
		return nil, codeError(exitInterrupted)
	}
	return answers, err
}

// inquiry turns the questions of a starter into answers.
type inquiry struct {
	a       *app
	o       *initOptions
	starter *hclspec.Starter
	// files are the answer files, for the excerpts of faults.
	files []hclspec.Source
	given []hclspec.Assignment
	// suggested are answers that stand in for defaults.
	suggested map[string]string
}

// answers are the values of all questions. Those given come first, then those that a
// person is asked for, then defaults.
func (q *inquiry) answers(ctx context.Context) (map[string]cty.Value, error) {
	if err := q.read(); err != nil {
		return nil, err
	}
	q.suggest()
	if q.o.asks(q.a) {
		if err := q.ask(ctx); err != nil {
			return nil, err
		}
	} else {
		q.fill()
	}
	if missing := q.missing(); len(missing) > 0 {
		return nil, &failure{kind: "answers", json: q.o.json, msg: fmt.Sprintf("%s no answer and no default; give --answer NAME=VALUE or --answers FILE for:\n  %s",
			map[bool]string{true: "a question has", false: "questions have"}[len(missing) == 1], strings.Join(missing, "\n  "))}
	}
	values, diags := q.starter.Values(q.given)
	if diags.HasErrors() {
		return nil, &diagError{diags: diags, sources: q.source, json: q.o.json}
	}
	return values, nil
}

// source returns the text a diagnostic points into.
func (q *inquiry) source(name string) []byte {
	for _, f := range q.files {
		if f.Name == name {
			return f.Src
		}
	}
	return q.starter.Source(name)
}

// read takes what the flags answer.
func (q *inquiry) read() error {
	for _, name := range q.o.from.files {
		src, err := q.file(name)
		if err != nil {
			return fmt.Errorf("--answers %s: %w", name, bare(err))
		}
		q.files = append(q.files, hclspec.Source{Name: name, Src: src})
		given, diags := hclspec.ParseVars(q.files[len(q.files)-1])
		if diags.HasErrors() {
			return &diagError{diags: diags, sources: q.source, json: q.o.json}
		}
		q.given = append(q.given, given...)
	}
	for _, text := range q.o.from.answers {
		name, value, ok := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); !ok || !hclsyntax.ValidIdentifier(name) {
			return fmt.Errorf("--answer %s: want name=value, for example --answer license=MIT", text)
		}
		q.given = append(q.given, q.starter.Answer(name, value, "--answer"))
	}
	for _, g := range q.given {
		if q.question(g.Name) == nil {
			return fmt.Errorf("%s: answers %q, which is not asked; the questions are %s", g.Origin, g.Name, q.names())
		}
	}
	return nil
}

func (q *inquiry) file(name string) ([]byte, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(q.a.Dir, path)
	}
	info, err := os.Stat(path)
	if err == nil {
		err = regular(info, hclspec.MaxFileBytes)
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (q *inquiry) question(name string) *hclspec.Question {
	for i := range q.starter.Questions {
		if q.starter.Questions[i].Name == name {
			return &q.starter.Questions[i]
		}
	}
	return nil
}

func (q *inquiry) names() string {
	var out []string
	for _, question := range q.starter.Questions {
		out = append(out, question.Name)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

func (q *inquiry) answered(name string) bool {
	return slices.ContainsFunc(q.given, func(g hclspec.Assignment) bool { return g.Name == name })
}

// suggest finds what stands in for defaults.
func (q *inquiry) suggest() {
	dir := q.a.root()
	author, email := q.a.identity(dir)
	known := map[string]string{hclspec.SuggestFolder: validName(filepath.Base(dir)), hclspec.SuggestAuthor: author, hclspec.SuggestEmail: email}
	q.suggested = map[string]string{}
	for _, question := range q.starter.Questions {
		if text := known[question.Suggest]; text != "" {
			q.suggested[question.Name] = text
		}
	}
}

// fill gives the suggestions as answers.
func (q *inquiry) fill() {
	for _, name := range slices.Sorted(maps.Keys(q.suggested)) {
		if !q.answered(name) {
			q.given = append(q.given, q.starter.Answer(name, q.suggested[name], "the suggestion"))
		}
	}
}

func (q *inquiry) missing() []string {
	var out []string
	for _, question := range q.starter.Questions {
		if question.Default == nil && !q.answered(question.Name) {
			out = append(out, question.Name+explained(question.Description))
		}
	}
	return out
}

func explained(text string) string {
	if text == "" {
		return ""
	}
	return "  " + show.Line(strings.TrimSuffix(text, "."))
}

// ask asks a person for what was not given.
func (q *inquiry) ask(ctx context.Context) error {
	fmt.Fprintf(q.a.Streams.Err, "%s%s\n\n", show.Line(q.starter.Name), explained(q.starter.Description))
	open := slices.DeleteFunc(slices.Clone(q.starter.Questions), func(x hclspec.Question) bool { return q.answered(x.Name) })
	answers, err := q.a.ask(ctx, func(done []form.Answer) (form.Question, bool) {
		if len(done) >= len(open) {
			return form.Question{}, false
		}
		return q.form(&open[len(done)], done), true
	})
	if err != nil {
		return err
	}
	for _, answer := range answers {
		q.give(answer)
	}
	return nil
}

// give takes an answer, unless it is the default.
func (q *inquiry) give(answer form.Answer) {
	if question := q.question(answer.Name); question.Default == nil || answer.Value != text(*question.Default) {
		q.given = append(q.given, q.starter.Answer(answer.Name, answer.Value, "the answer"))
	}
}

// form is a question as it is put to a person.
func (q *inquiry) form(x *hclspec.Question, done []form.Answer) form.Question {
	out := form.Question{Name: x.Name, Text: strings.TrimSuffix(x.Description, "."), Options: x.Options}
	if out.Text == "" {
		out.Text = x.Name
	}
	if x.Default != nil {
		out.Default, out.HasDefault = text(*x.Default), true
	}
	if suggested, ok := q.suggested[x.Name]; ok {
		out.Default, out.HasDefault = suggested, true
	}
	switch {
	case x.Type == cty.Bool:
		out.Kind = form.Confirm
	case len(x.Options) > 0 && x.Type == cty.String:
		out.Kind = form.Choice
	case x.Words():
		out.Hint = "words with commas between them"
	case x.Type == cty.Number:
		out.Hint = "a number"
	case x.Type != cty.String && x.Type != cty.DynamicPseudoType:
		out.Hint = "an expression"
	}
	out.Check = func(answer string) error {
		if x.Default != nil && answer == text(*x.Default) {
			return nil
		}
		with := *q
		with.given = slices.Clone(q.given)
		for _, before := range done {
			with.give(before)
		}
		return q.starter.Check(append(with.given, q.starter.Answer(x.Name, answer, "the answer")))
	}
	return out
}

// text is how a person writes a value: what Answer reads back.
func text(val cty.Value) string {
	if val.IsNull() {
		return ""
	}
	if plain, err := convert.Convert(val, cty.String); err == nil && !plain.IsNull() {
		return plain.AsString()
	}
	if words, ok := commas(val); ok {
		return words
	}
	return hclValue(val)
}

// commas are words that can be told apart by commas alone.
func commas(val cty.Value) (string, bool) {
	if ty := val.Type(); !ty.IsListType() && !ty.IsSetType() || ty.ElementType() != cty.String {
		return "", false
	}
	var out []string
	for _, v := range val.AsValueSlice() {
		if v.IsNull() || v.AsString() == "" || strings.TrimSpace(v.AsString()) != v.AsString() || strings.ContainsAny(v.AsString(), ",[") {
			return "", false
		}
		out = append(out, v.AsString())
	}
	return strings.Join(out, ", "), true
}
