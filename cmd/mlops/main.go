// Command mlops keeps a project true to its mlops.hcl.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/mlops-as-code/mlops/cmd"
	"github.com/mlops-as-code/mlops/internal/term"
)

// main is the process edge: the only place that knows arguments, streams,
// signals, the clock and the exit code.
func main() {
	// A run is short: collect rarely, but stay small. A plan raises the limit by
	// the bytes it holds.
	debug.SetGCPercent(1000)
	debug.SetMemoryLimit(cmd.PlanMemory)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	code := cmd.Main(ctx, &cmd.Process{
		Args: os.Args[1:], Dir: dir, Env: os.Environ(), Now: time.Now,
		Streams: term.System(os.Stdin, os.Stdout, os.Stderr),
		Limit:   func(bytes int64) { debug.SetMemoryLimit(bytes) },
	})
	stop()
	os.Exit(code)
}
