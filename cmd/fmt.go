package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type fmtOptions struct {
	check, diff, json bool
	files             []string
}

// formatted is one file of fmt --json.
type formatted struct {
	Path string `json:"path"`
	// Formatted tells whether it was laid out before, Written whether it is now
	// because fmt has written it.
	Formatted bool   `json:"formatted"`
	Written   bool   `json:"written"`
	Diff      string `json:"diff,omitempty"`
}

func newFmtCmd(a *app) *cobra.Command {
	o := &fmtOptions{}
	c := &cobra.Command{
		Use:   "fmt [FILE...]",
		Short: "Rewrite the spec in the canonical layout",
		Long: `Fmt lays out the spec and variable files of the project, or the files named, the
way terraform fmt does. "-" formats standard input to standard output. Files in
JSON are left as they are.

Exit codes: 0 fine; 1 error; 3 with --check when a file is not formatted.`,
		Example: "  mlops fmt\n  mlops fmt --check --diff\n  mlops fmt - < mlops.hcl",
		RunE: func(_ *cobra.Command, args []string) error {
			o.files = args
			return runFmt(a, o)
		},
	}
	c.Flags().BoolVar(&o.check, "check", false, "write nothing; exit 3 when a file is not formatted")
	c.Flags().BoolVar(&o.diff, "diff", false, "show what the layout changes")
	c.Flags().BoolVar(&o.json, "json", false, "list the files and whether each was formatted, as JSON")
	return c
}

func runFmt(a *app, o *fmtOptions) error {
	if len(o.files) == 1 && o.files[0] == "-" {
		if o.json {
			return errors.New("--json lists files, and standard input is none")
		}
		src, err := io.ReadAll(io.LimitReader(a.Streams.In, hclspec.MaxFileBytes+1))
		if err != nil {
			return err
		}
		out, diags := hclspec.Format(hclspec.Source{Name: "standard input", Src: src})
		if diags.HasErrors() {
			return formatFault(diags, hclspec.Source{Name: "standard input", Src: src}, false)
		}
		_, err = a.Streams.Out.Write(out)
		return err
	}
	files, err := a.formattable(o.files)
	if err != nil {
		return err
	}
	changed, all := false, []formatted{}
	for _, name := range files {
		f, err := a.format(name, o)
		if err != nil {
			return err
		}
		changed, all = changed || !f.Formatted, append(all, f)
	}
	if o.json {
		if err := a.printJSON(map[string]any{"format_version": planner.FormatVersion, "files": all}); err != nil {
			return err
		}
	}
	if changed && o.check {
		return codeError(exitUnformatted)
	}
	return nil
}

func formatFault(diags hcl.Diagnostics, src hclspec.Source, json bool) error {
	return &diagError{diags: diags, json: json, sources: func(n string) []byte {
		if n == src.Name {
			return src.Src
		}
		return nil
	}}
}

// formattable lists the native spec and variable files of the project.
func (a *app) formattable(named []string) ([]string, error) {
	if len(named) > 0 {
		out := make([]string, len(named))
		for i, name := range named {
			if filepath.Ext(name) == ".json" {
				return nil, fmt.Errorf("%s: is JSON, which fmt does not lay out", name)
			}
			out[i] = a.path(name)
		}
		return out, nil
	}
	entries, err := os.ReadDir(a.root())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.root(), bare(err))
	}
	var out []string
	left := ""
	for _, e := range entries {
		isOurs := hclspec.IsSpecFile(e.Name()) || isVarFile(e.Name())
		switch {
		case !isOurs || !e.Type().IsRegular():
		case strings.HasSuffix(e.Name(), ".hcl"):
			out = append(out, filepath.Join(a.root(), e.Name()))
		case left == "" && hclspec.IsSpecFile(e.Name()):
			left = e.Name()
		}
	}
	if len(out) == 0 && left == "" {
		return nil, a.noSpec()
	}
	if len(out) == 0 {
		fmt.Fprintf(a.Streams.Err, "%s: is JSON, which fmt leaves as it is\n", show.Line(left))
	}
	return out, nil
}

// format lays out one file, and says so unless JSON is asked for.
func (a *app) format(path string, o *fmtOptions) (formatted, error) {
	f := formatted{Path: a.relative(path)}
	info, err := os.Lstat(path)
	if err != nil {
		return f, fmt.Errorf("%s: %w", f.Path, bare(err))
	}
	if !info.Mode().IsRegular() || info.Size() > hclspec.MaxFileBytes {
		return f, errors.New(f.Path + ": is no regular file of a size that a spec may have")
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("%s: %w", f.Path, bare(err))
	}
	out, diags := hclspec.Format(hclspec.Source{Name: f.Path, Src: src})
	if diags.HasErrors() {
		return f, formatFault(diags, hclspec.Source{Name: f.Path, Src: src}, o.json)
	}
	if f.Formatted = bytes.Equal(out, src); f.Formatted {
		return f, nil
	}
	if o.diff {
		patch := textdiff.Patch(&textdiff.File{Path: f.Path, Mode: "0644", Data: src}, &textdiff.File{Path: f.Path, Mode: "0644", Data: out})
		text, _ := textdiff.Shown(patch)
		f.Diff = string(text)
	}
	if !o.json {
		if !o.diff || o.check {
			fmt.Fprintln(a.Streams.Out, show.Line(f.Path))
		}
		fmt.Fprint(a.Streams.Out, f.Diff)
	}
	if o.check {
		return f, nil
	}
	f.Written = true
	return f, replace(path, out, info.Mode().Perm())
}

func (a *app) relative(path string) string {
	if rel, err := filepath.Rel(a.root(), path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

// replace swaps a file's content in one step.
func replace(path string, data []byte, perm os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".mlops-fmt-*")
	if err != nil {
		return fmt.Errorf("%s: %w", path, bare(err))
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(perm)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, bare(err))
	}
	return os.Rename(tmp.Name(), path)
}
