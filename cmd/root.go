// Package cmd is the command line: flags in, text and an exit code out.
//
// One file holds one command. A command parses its flags into an options struct
// and hands it to a plain run function; what it does is done by the packages of
// the pipeline. The package holds no rules of its own about specs, plans or
// repositories. It alone reads clock, environment and terminal, which reach it as
// one Process value.
package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/term"
	"github.com/spf13/cobra"
)

// Process is everything a run takes from the operating system.
type Process struct {
	Args    []string // without the program's name
	Dir     string   // absolute working directory
	Env     []string // as os.Environ gives it
	Now     func() time.Time
	Streams *term.Streams
	// Limit, if set, tells the collector how much memory the run may hold before
	// it works harder.
	Limit func(bytes int64)
}

// PlanMemory and applyMemory are what a run may hold beside the project's own
// bytes: a plan is over soon, an apply has a promise to keep.
const (
	PlanMemory  = 256 << 20
	applyMemory = 82 << 20
)

// limit bounds the memory of a run that writes: what it may hold beside so many bytes
// of the project's own.
func (a *app) limit(bytes int64) {
	if a.Limit != nil && a.applying {
		a.Limit(applyMemory + bytes)
	}
}

// getenv looks a variable up; the last one of a name wins.
func (p *Process) getenv(name string) string {
	value := ""
	for _, kv := range p.Env {
		if k, v, _ := strings.Cut(kv, "="); k == name {
			value = v
		}
	}
	return value
}

// app is one run: the process and the flags that all commands share.
type app struct {
	*Process
	chdir   string
	color   string
	noColor bool
	// applying is true for the commands that write.
	applying bool
	// running is the command as it was called, such as "mlops apply".
	running string
}

// root is the absolute project root.
func (a *app) root() string {
	if a.chdir == "" {
		return a.Dir
	}
	if filepath.IsAbs(a.chdir) {
		return filepath.Clean(a.chdir)
	}
	return filepath.Join(a.Dir, a.chdir)
}

func (a *app) colors(tty bool) bool {
	mode := a.color
	if a.noColor {
		mode = "never"
	}
	return term.Color(mode, tty, a.getenv("NO_COLOR"), a.getenv("TERM"))
}

// Main runs the command line and returns the process's exit code.
func Main(ctx context.Context, p *Process) int {
	own, streams := *p, *p.Streams
	out := &sink{Writer: p.Streams.Out}
	streams.Out, own.Streams = out, &streams
	a := &app{Process: &own}
	root := a.command(calledFor(p.Args))
	root.SetArgs(dashes(root, p.Args))
	err := root.ExecuteContext(ctx)
	return a.exit(ctx, out.fault(err))
}

const rootLong = `mlops keeps a project true to one file, mlops.hcl.

plan shows, file by file, what would change; apply makes exactly those changes
and commits them. A second run changes nothing, and in CI plan detects drift.

  mlops init      write a first mlops.hcl
  mlops plan      see what would change
  mlops apply     make it so`

func colorModes() []string { return []string{"auto", "always", "never"} }

// known refuses a command that is not there, and says which may be meant. cobra
// does so only for a root command that runs nothing itself.
func known(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	root.SuggestionsMinimumDistance = 2
	near := root.SuggestionsFor(args[0])
	hint := fmt.Sprintf("run `%s --help` for the commands", root.CommandPath())
	switch len(near) {
	case 0:
	case 1:
		hint = "did you mean " + near[0] + "?"
	default:
		hint = "did you mean " + listed(near) + "?"
	}
	return fmt.Errorf("unknown command %q for %q: %s", args[0], root.CommandPath(), hint)
}

// Command builds the whole command tree without a process behind it, for the
// documentation.
func Command() *cobra.Command {
	return (&app{Process: &Process{Streams: &term.Streams{}}}).command(makers())
}

// maker makes one command below the root.
type maker struct {
	name string
	make func(*app) *cobra.Command
}

func makers() []maker {
	return []maker{
		{"init", newInitCmd},
		{"validate", newValidateCmd},
		{"fmt", newFmtCmd},
		{"plan", newPlanCmd},
		{"apply", newApplyCmd},
		{"destroy", newDestroyCmd},
		{"undo", newUndoCmd},
		{"status", newStatusCmd},
		{"diff", newDiffCmd},
		{"show", newShowCmd},
		{"list", newListCmd},
		{"output", newOutputCmd},
		{"console", newConsoleCmd},
		{"graph", newGraphCmd},
		{"version", newVersionCmd},
		{"resolve", newResolveCmd},
		{"adopt", newAdoptCmd},
		{"import", newImportCmd},
		{"lock", newLockCmd},
		{"component", newComponentCmd},
		{"readme", newReadmeCmd},
	}
}

// calledFor is the command that the arguments begin with, alone: to make all of them
// costs every start. Where none is named it is all.
func calledFor(args []string) []maker {
	all := makers()
	for _, m := range all {
		if len(args) > 0 && args[0] == m.name {
			return []maker{m}
		}
	}
	return all
}

func (a *app) command(commands []maker) *cobra.Command {
	root := &cobra.Command{
		Use:           "mlops",
		Short:         "Keep a project true to one file",
		Long:          rootLong,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          known,
		Version:       version(),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			a.running = c.CommandPath()
			if !slices.Contains(colorModes(), a.color) {
				return fmt.Errorf("--color is auto, always or never, not %q", a.color)
			}
			return nil
		},
	}
	root.SetIn(a.Streams.In)
	root.SetOut(a.Streams.Out)
	root.SetErr(a.Streams.Err)
	root.SetVersionTemplate("mlops {{.Version}}\n")
	flags := root.PersistentFlags()
	flags.StringVarP(&a.chdir, "chdir", "C", "", "project `folder` to work in instead of the current one")
	flags.StringVar(&a.color, "color", "auto", "when to colour: auto, always or never")
	// It fails only for a flag that is not there.
	_ = root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(colorModes(), cobra.ShellCompDirectiveNoFileComp))
	flags.BoolVar(&a.noColor, "no-color", false, "same as --color=never")
	for _, m := range commands {
		root.AddCommand(m.make(a))
	}
	countArgs(root)
	root.SetFlagErrorFunc(flagFault)
	if len(commands) > 1 {
		refuseShells(root)
	}
	return root
}
