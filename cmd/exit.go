package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/applier"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
)

// Exit codes, as documented in docs/commands.md.
const (
	exitOK          = 0
	exitError       = 1
	exitChanges     = 2
	exitUnformatted = 3 // also a captured file that is out of date
	exitInterrupted = 130
)

// exitError ends a run with a code; what there was to say has been said.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// diagError carries the faults of a spec to the one place that prints them.
type diagError struct {
	diags   hcl.Diagnostics
	sources func(name string) []byte
	json    bool
}

func (e *diagError) Error() string { return e.diags.Error() }

// failure is an error of a known kind, which --json tells apart.
type failure struct {
	kind string // "conflict", "stale", "check", "busy", "state", "aborted", "trust", "hook"
	msg  string
	json bool
	// more stands in the JSON document beside the error.
	more map[string]any
	// cause is what the system or the applier said, if msg is nothing but that.
	cause error
}

func (e *failure) Error() string { return e.msg }

func (e *failure) Unwrap() error { return e.cause }

// exit prints an error and turns it into the exit code.
func (a *app) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	if code, ok := errors.AsType[codeError](err); ok {
		return int(code)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.Streams.Err, "Interrupted. Nothing was written.")
		return exitInterrupted
	}
	if d, ok := errors.AsType[*diagError](err); ok {
		a.printDiags(d)
		return exitError
	}
	msg := a.explained(err)
	if f, ok := errors.AsType[*failure](err); ok && f.json {
		doc := map[string]any{"format_version": planner.FormatVersion, "error": map[string]string{"kind": f.kind, "message": msg}}
		maps.Copy(doc, f.more)
		a.printJSON(doc)
	}
	if f, ok := errors.AsType[*failure](err); (!ok || !f.json) && a.wantsJSON() {
		a.printJSON(map[string]any{"format_version": planner.FormatVersion, "error": map[string]string{"kind": "error", "message": msg}})
	}
	fmt.Fprintf(a.Streams.Err, "%s %s\n", a.paint(a.Streams.ErrTTY, "31", "Error:"), show.Text(msg))
	return exitError
}

// wantsJSON reports whether the command line asks for JSON.
func (a *app) wantsJSON() bool {
	for _, arg := range a.Args {
		if arg == "--" {
			return false
		}
		if arg == "--json" || arg == "-json" || arg == "--json=true" || arg == "-json=true" {
			return true
		}
	}
	return false
}

func (a *app) paint(tty bool, code, s string) string {
	if !a.colors(tty) {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// kindOf names the kind of an applier's refusal for --json.
func kindOf(err error) string {
	if _, ok := errors.AsType[*applier.StaleError](err); ok {
		return "stale"
	}
	if _, ok := errors.AsType[*applier.BusyError](err); ok {
		return "busy"
	}
	if _, ok := errors.AsType[*applier.ObstacleError](err); ok {
		return "state"
	}
	if _, ok := errors.AsType[*applier.ConflictError](err); ok {
		return "conflict"
	}
	return "error"
}
