// Command ratios measures how fast mlops is against git, cp and stock go-git, in
// one interleaved run, and prints every ratio with its goal as a Markdown table.
//
//	go run ./internal/ratios [-quick]
//
// Vocabulary: a side is one thing to be timed; a contest runs its sides in turn,
// round after round, after one round of warm-up. A ratio is taken within a round,
// so that what slows the machine down meets both halves of it; shown are the
// median and the extremes over the rounds. "CPU" is the same ratio of processor
// time, which other processes on the machine disturb less.
//
// Everything happens in a temporary directory in memory where the system has one;
// nothing else is touched. Trees are made and removed outside the timed sections.
// The program asserts nothing: a missed goal is a mark in the table. It fails only
// when something could not be measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// group is one part of the table.
type group struct {
	title string
	rows  func(ctx context.Context, l *lab) ([]row, error)
}

// groups are in the order of measuring: memory first, while this program is small
// itself (see memory.go).
func groups() []group {
	return []group{
		{"Peak memory", memoryRows},
		{"Process start", startRows},
		{"No-op plan, whole process, against `git status --porcelain`", planRows},
		{"First apply and 1,000 -> 10,000, against `cp -r` + `git add -A` + `git commit`", applyRows},
		{"10 changes in 10,000, applier alone, against `git add` + `git commit --only`", changeRows},
		{"Rendering, against stock HCL templates", renderRows},
		{"Diffs, against `git diff --no-index`", diffRows},
	}
}

func main() {
	var o options
	flag.BoolVar(&o.quick, "quick", false, "3 rounds instead of 7")
	flag.StringVar(&o.only, "only", "", "measure only the groups whose title contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(1)
	}
}

type options struct {
	quick bool
	only  string
}

func run(ctx context.Context, o options) (err error) {
	rounds := 7
	if o.quick {
		rounds = 3
	}
	l, err := newLab(ctx, rounds)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	start := time.Now()
	fmt.Print(l.describe())
	var failed error
	for _, g := range groups() {
		if !strings.Contains(g.title, o.only) {
			continue
		}
		rows, err := g.rows(ctx, l)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", g.title, err))
		}
		fmt.Print(table(g.title, rows, err))
	}
	fmt.Printf("\nMeasured in %s; load %s.\n", time.Since(start).Round(time.Second), load())
	return failed
}
