package cmd

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/spf13/cobra"
)

func newConsoleCmd(a *app) *cobra.Command {
	var vars varFlags
	c := &cobra.Command{
		Use:   "console",
		Short: "Evaluate expressions against the spec",
		Long: `Console reads one expression a line, from the terminal or from a pipe, and prints
its value. It sees variables, locals, facts and objects, and every function.`,
		Example: "  mlops console\n  echo 'upper(project.title)' | mlops console",
		Args:    cobra.NoArgs,
	}
	vars.register(c)
	c.RunE = func(*cobra.Command, []string) error { return runConsole(a, vars) }
	return c
}

func runConsole(a *app, vars varFlags) error {
	s, err := a.open(vars, false)
	if err != nil {
		return err
	}
	defer s.close()
	in := bufio.NewScanner(a.Streams.In)
	in.Buffer(make([]byte, 1<<16), 1<<20)
	failed := false
	for {
		if a.Streams.InTTY {
			fmt.Fprint(a.Streams.Err, "> ")
		}
		if !in.Scan() {
			break
		}
		line := strings.TrimSpace(in.Text())
		if line == "exit" || line == "quit" {
			break
		}
		if line != "" && !a.answer(s.project, line) {
			failed = true
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	if failed && !a.Streams.InTTY {
		return codeError(exitError)
	}
	return nil
}

// answer evaluates one line; a fault is shown and the session goes on.
func (a *app) answer(p *hclspec.Project, line string) bool {
	val, diags := p.Eval(line)
	if diags.HasErrors() {
		a.printDiags(&diagError{diags: diags, sources: func(string) []byte { return []byte(line) }})
		return false
	}
	fmt.Fprintln(a.Streams.Out, show.Text(hclspec.Show(val)))
	return true
}
