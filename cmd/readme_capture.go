package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/capture"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type captureOptions struct {
	vars    varFlags
	files   []string
	command []string
	check   bool
	force   bool
	fails   bool
	stderr  bool
	json    bool
	timeout time.Duration
}

func newReadmeCaptureCmd(a *app) *cobra.Command {
	o := &captureOptions{}
	c := &cobra.Command{
		Use:   "capture [FILE...] [-- COMMAND [ARG...]]",
		Short: "Run commands and write what they print to files that the README includes",
		Long: `Capture runs the commands that the include sections of the spec state and writes
what they print to the files that the sections show; with FILE only those. After --
stands a command for one FILE that no section states yet. The README changes with the
next apply. Nothing else runs such a command: plan and apply never do. Sections of
components have no commands that run.

A command runs in the project's root, without a shell and without input, for at most
--timeout. What it prints is made plain text: no colours, no white space at the end of
lines, ` + "`.`" + ` for the project's root and ` + "`~`" + ` for your home. Look at what you commit: a
command may print what is secret. When a command fails, nothing is written, unless
--allow-failure says that it should fail.

A file that is there and that no section gives a command is not overwritten without
--force, and one that mlops itself writes never is: then nothing runs.

Exit codes: 0 fine; 1 error; 3 with --check when a file is not what its command prints.`,
		Example: "  mlops readme capture docs/help.txt -- churn --help\n  mlops readme capture\n  mlops readme capture --check",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) error {
			o.files = args
			if at := c.ArgsLenAtDash(); at >= 0 {
				o.files, o.command = args[:at], args[at:]
				if len(o.command) == 0 || len(o.files) != 1 {
					return errors.New("before -- stands one file, and behind it a command: mlops readme capture docs/help.txt -- churn --help")
				}
			}
			return runCapture(c.Context(), a, o)
		},
	}
	o.vars.register(c)
	f := c.Flags()
	f.BoolVar(&o.check, "check", false, "write nothing; exit 3 when a file is not what its command prints")
	f.BoolVar(&o.force, "force", false, "overwrite a file that no section gives a command")
	f.BoolVar(&o.fails, "allow-failure", false, "take what a command prints that ends with an error")
	f.BoolVar(&o.stderr, "stderr", false, "take what is printed on standard error too")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "end a command after this `time`")
	f.BoolVar(&o.json, "json", false, "print the files as JSON")
	return c
}

// captured is one file and the command whose output it is.
type captured struct {
	Path     string   `json:"path"`
	Command  []string `json:"command"`
	ExitCode int      `json:"exit_code"`
	// Stale tells whether the file was something else, Written whether it is that by
	// now.
	Stale   bool `json:"stale"`
	Written bool `json:"written"`

	// stated says that a section of the spec gives the file this command.
	stated   bool
	old, new []byte
}

func runCapture(ctx context.Context, a *app, o *captureOptions) error {
	if o.timeout <= 0 {
		return errors.New("--timeout is a time such as 30s")
	}
	f := planFlags{vars: o.vars, noCommit: true, json: o.json}
	s, err := a.readAfresh(&f)
	defer s.close()
	if err != nil {
		return err
	}
	if err := s.reading(); err != nil {
		return err
	}
	all, err := s.captures(o)
	if err != nil {
		return err
	}
	stale := false
	for _, c := range all {
		if err := s.capture(ctx, o, c); err != nil {
			return err
		}
		stale = stale || c.Stale
	}
	if err := a.reportCapture(o, all); err != nil {
		return err
	}
	if stale && o.check {
		return codeError(exitUnformatted)
	}
	return nil
}

// captures are the files to make, in the order of the spec.
func (s *session) captures(o *captureOptions) ([]*captured, error) {
	stated, err := s.statedCaptures()
	if err != nil {
		return nil, err
	}
	for i := range o.files {
		o.files[i] = path.Clean(filepath.ToSlash(o.files[i]))
	}
	if o.command != nil {
		c := &captured{Path: o.files[0], Command: o.command}
		if i := slices.IndexFunc(stated, func(t *captured) bool { return t.Path == c.Path }); i >= 0 {
			if !slices.Equal(stated[i].Command, c.Command) {
				return nil, fmt.Errorf("%s: the spec gives it another command: %s; change it there, and run `mlops readme capture`", c.Path, shown(stated[i].Command))
			}
			c.stated = true
		}
		return []*captured{c}, s.mayCapture(c.Path)
	}
	if len(stated) == 0 {
		return nil, errors.New("no include section of the spec has a command: state one, or name a file and a command: mlops readme capture docs/help.txt -- churn --help")
	}
	for _, name := range o.files {
		if !slices.ContainsFunc(stated, func(c *captured) bool { return c.Path == name }) {
			return nil, fmt.Errorf("%s: no include section gives it a command; write one behind --", name)
		}
	}
	var out []*captured
	for _, c := range stated {
		if len(o.files) == 0 || slices.Contains(o.files, c.Path) {
			if err := s.mayCapture(c.Path); err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// statedCaptures are the files that include sections give a command.
func (s *session) statedCaptures() ([]*captured, error) {
	var out []*captured
	for _, doc := range s.project.Readmes() {
		for _, section := range doc.Sections {
			// A component must not say what runs on this machine.
			if section.Kind != "include" || section.Component != "" || disabled(section) {
				continue
			}
			command, file := section.Fields.GetAttr("command"), section.Fields.GetAttr("path")
			if command.IsNull() || command.LengthInt() == 0 || file.IsNull() {
				continue
			}
			c := &captured{Path: strings.TrimSpace(file.AsString()), stated: true}
			for _, word := range command.AsValueSlice() {
				if word.IsNull() {
					return nil, fmt.Errorf("%s:%d: command has a word that is null", section.Range.Filename, section.Range.Start.Line)
				}
				c.Command = append(c.Command, word.AsString())
			}
			i := slices.IndexFunc(out, func(t *captured) bool { return t.Path == c.Path })
			switch {
			case i < 0:
				out = append(out, c)
			case !slices.Equal(out[i].Command, c.Command):
				return nil, fmt.Errorf("%s:%d: gives %s another command than the section before it", section.Range.Filename, section.Range.Start.Line, c.Path)
			}
		}
	}
	return out, nil
}

// disabled reports whether a section is left out of the README.
func disabled(s hclspec.Section) bool {
	enabled := s.Fields.GetAttr("enabled")
	return !enabled.IsNull() && enabled.False()
}

// capture runs one command and brings its file up to date.
func (s *session) capture(ctx context.Context, o *captureOptions, c *captured) error {
	var err error
	if c.old, err = s.before(c.Path); err != nil {
		return err
	}
	if c.old != nil && !c.stated && !o.force && !o.check {
		return fmt.Errorf("%s: is there already, and no include section gives it this command; add `command` to the section, or use --force", c.Path)
	}
	fmt.Fprintf(s.a.Streams.Err, "Running %s\n", shown(c.Command))
	said := show.Writer(s.a.Streams.Err)
	raw, code, err := capture.Run(ctx, capture.Request{
		Args: c.Command, Dir: s.dir, Env: s.a.plainEnv(), Timeout: o.timeout, Limit: maxCaptured, Both: o.stderr, Err: said,
	})
	said.Close()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was written to %s", shown(c.Command), err, c.Path)
	}
	if c.ExitCode = code; code != 0 && !o.fails {
		return fmt.Errorf("%s: ended with exit code %d; nothing was written to %s", shown(c.Command), code, c.Path)
	}
	if c.new, err = capture.Clean(raw, s.places()); err != nil {
		return fmt.Errorf("%s: %w; nothing was written to %s", shown(c.Command), err, c.Path)
	}
	if c.Stale = !bytes.Equal(c.old, c.new); !c.Stale || o.check {
		return nil
	}
	if err := s.write(c); err != nil {
		return err
	}
	c.Written = true
	return nil
}

// shown is a command as a person would type it.
func shown(command []string) string {
	words := make([]string, len(command))
	for i, w := range command {
		if words[i] = show.Line(w); w == "" || strings.ContainsAny(w, " \t\n'\"\\$`*?|&;<>()#") {
			words[i] = "'" + strings.ReplaceAll(words[i], "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

func (a *app) reportCapture(o *captureOptions, all []*captured) error {
	if o.json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "files": all})
	}
	w := a.Streams.Out
	for _, c := range all {
		lines := count(bytes.Count(c.new, []byte("\n")), "line")
		switch {
		case c.Written:
			fmt.Fprintf(w, "Wrote %s, %s.\n", show.Line(c.Path), lines)
		case c.Stale:
			fmt.Fprintf(w, "%s is not what its command prints.\n", show.Line(c.Path))
		default:
			fmt.Fprintf(w, "%s is up to date.\n", show.Line(c.Path))
		}
		if !c.stated && c.Written {
			fmt.Fprintf(w, "\nTo show it in the README, and to capture it again, add to the readme block:\n\n%s", show.Text(includeOf(c)))
		}
	}
	return nil
}
