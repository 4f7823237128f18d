package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/compdocs"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type docsOptions struct {
	write       string
	check, json bool
}

func newComponentDocsCmd(a *app) *cobra.Command {
	o := &docsOptions{}
	c := &cobra.Command{
		Use:   "docs [DIR|SOURCE]",
		Short: "Write the inputs and outputs of a component as Markdown",
		Long: `Docs prints tables of a component's inputs, its outputs and what it adds to a
project, made from component.hcl. The component is in the current folder, in DIR, or
built in.

With --write they go into a file of the component's folder, between two comments that
docs puts at its end the first time; everything outside of them stays. Move them to
where the tables shall stand. --check writes nothing, and exits 1 with the difference
when the file is out of date.`,
		Example: `  mlops component docs
  mlops component docs builtin/python-package
  mlops component docs parts/ci --write README.md
  mlops component docs parts/ci --write README.md --check`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeFolders,
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return runComponentDocs(a, o, dir)
		},
	}
	f := c.Flags()
	f.StringVar(&o.write, "write", "", "keep the tables in this `file` of the component's folder")
	f.BoolVar(&o.check, "check", false, "with --write: write nothing, exit 1 when the file is out of date")
	f.BoolVar(&o.json, "json", false, "print the tables, or what became of the file, as JSON")
	return c
}

func runComponentDocs(a *app, o *docsOptions, dir string) error {
	src, err := components.Parse(dir, nil)
	builtin := err == nil && src.Kind == components.Builtin
	switch {
	case o.check && o.write == "":
		return errors.New("--check looks at a file: name it with --write")
	case builtin && o.write != "":
		return fmt.Errorf("%s: --write writes into the folder of a component, and a built-in one has none", dir)
	}
	var d *described
	if builtin {
		d, err = a.describeBuiltin(src.String(), o.json)
	} else {
		d, err = a.describeFolder(dir, o.json)
	}
	if err != nil {
		return err
	}
	reference := compdocs.Markdown(d.info)
	switch {
	case o.write != "":
		return a.writeDocs(o, dir, reference)
	case o.json:
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "source": d.source, "markdown": string(reference)})
	}
	_, err = a.Streams.Out.Write(reference)
	return err
}

// writeDocs brings the reference into a file, or says how the file differs.
func (a *app) writeDocs(o *docsOptions, dir string, reference []byte) error {
	root, err := os.OpenRoot(a.inRoot(dir))
	if err != nil {
		return fmt.Errorf("%s: %w", slashed(dir), bare(err))
	}
	defer root.Close()
	name := filepath.Clean(filepath.FromSlash(o.write))
	shown := path.Join(slashed(dir), filepath.ToSlash(name))
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%s: lies outside of the component's folder", o.write)
	}
	before, err := readOwn(root, name, hclspec.MaxFileBytes)
	fresh := errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return fmt.Errorf("%s: %w", shown, bare(err))
	}
	after, err := compdocs.Put(before, reference)
	if err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	current := !fresh && bytes.Equal(before, after)
	if !current && !o.check {
		if err := replaceIn(root, name, after); err != nil {
			return fmt.Errorf("%s: %w", shown, bare(err))
		}
	}
	patch := textdiff.Patch(&textdiff.File{Path: shown, Data: before}, &textdiff.File{Path: shown, Data: after})
	return a.reportDocs(o, docsReport{planner.FormatVersion, shown, current, !current && !o.check}, patch)
}

// docsReport is component docs --write --json.
type docsReport struct {
	FormatVersion string `json:"format_version"`
	Path          string `json:"path"`
	// Current tells whether the file was right before, Written whether it is now.
	Current bool `json:"current"`
	Written bool `json:"written"`
}

func (a *app) reportDocs(o *docsOptions, r docsReport, patch []byte) error {
	stale := o.check && !r.Current
	switch {
	case o.json:
		if err := a.printJSON(r); err != nil {
			return err
		}
	case stale:
		text, _ := textdiff.Shown(patch)
		a.Streams.Out.Write(text)
		return fmt.Errorf("%s: is out of date; run `mlops component docs` with --write and without --check", r.Path)
	case r.Current:
		fmt.Fprintf(a.Streams.Out, "%s is up to date.\n", r.Path)
	default:
		fmt.Fprintf(a.Streams.Out, "Wrote the tables into %s.\n", r.Path)
	}
	if stale {
		return codeError(exitError)
	}
	return nil
}

// replaceIn swaps the content of a regular file below root in one step, or makes it.
func replaceIn(root *os.Root, name string, data []byte) error {
	mode := fs.FileMode(0o644)
	if info, err := root.Lstat(name); err == nil {
		if !info.Mode().IsRegular() {
			return errors.New("is not a regular file")
		}
		mode = info.Mode().Perm()
	}
	beside := filepath.Join(filepath.Dir(name), ".mlops-new-"+filepath.Base(name))
	if err := root.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err // what a run left that was killed
	}
	f, err := root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer root.Remove(beside) // gone already when all went well
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return root.Rename(beside, name)
}
