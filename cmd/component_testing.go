package cmd

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/comptest"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// updated is the status of a case that was written anew.
const updated = "updated"

type testOptions struct {
	dir          string
	run          string
	update, json bool
}

func newComponentTestCmd(a *app) *cobra.Command {
	o := &testOptions{dir: "."}
	c := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Test a component against expected files",
		Long: `Test renders every case of a component and compares what comes out with what the
case expects. The component is in the current folder or in DIR.

A case is a file tests/NAME.txtar in the component's folder: an archive with the spec
of a small project that uses the component (source = "..") and, behind names that
begin with expected/, the files that an apply would write. A file "refused" in their
place holds the diagnostics of a project that has to be refused. docs/components.md
has an example.

--update writes what came out into the cases. It never turns a case that expects files
into one that is refused, or back: for that, add or remove the line -- refused --.

Test opens no connection, runs no program, and writes nothing but cases.
Exit codes: 0 all passed; 1 a case failed, or there are none.`,
		Example: `  mlops component test
  mlops component test parts/ci
  mlops component test parts/ci --run '^refused'
  mlops component test parts/ci --update`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeFolders,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.dir = args[0]
			}
			return runComponentTest(a, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.run, "run", "", "test only the cases whose name matches this regular `expression`")
	f.BoolVar(&o.update, "update", false, "write what came out into the cases")
	f.BoolVar(&o.json, "json", false, "print the results as JSON")
	return c
}

// testedCase is one case of component test --json. Status is "pass", "fail" or
// "updated".
type testedCase struct {
	Name        string               `json:"name"`
	File        string               `json:"file"`
	Status      string               `json:"status"`
	Diffs       []comptest.Diff      `json:"diffs"`
	Diagnostics []planner.Diagnostic `json:"diagnostics"`
}

func runComponentTest(a *app, o *testOptions) error {
	pick, err := regexp.Compile(o.run)
	if err != nil {
		return fmt.Errorf("--run %q: is no regular expression: %w", o.run, err)
	}
	root, err := a.openComponent(o.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	suite, done, err := a.suite(o.dir)
	if err != nil {
		return err
	}
	defer done()
	cases, err := comptest.Cases(root.FS(), pick.MatchString)
	switch {
	case err != nil:
		return fmt.Errorf("%s/%w", slashed(o.dir), err)
	case len(cases) == 0 && o.run != "":
		return fmt.Errorf("%s: has no test whose name matches %q", slashed(o.dir), o.run)
	case len(cases) == 0:
		return fmt.Errorf("%s: has no tests; write one into %s/NAME.txtar, as docs/components.md says", slashed(o.dir), comptest.Folder)
	}
	t := &tester{a: a, o: o, root: root}
	for _, c := range cases {
		if err := t.report(suite.Run(c)); err != nil {
			return err
		}
	}
	return t.summary()
}

// suite opens what the cases of a component may use: the component, and what lies
// beside it up to the nearest folder with a spec or a repository. Where the command
// was started makes no difference.
func (a *app) suite(dir string) (*comptest.Suite, func(), error) {
	at := a.inRoot(dir)
	top := at
	for i, above := 0, at; i <= maxClimb; i, above = i+1, filepath.Dir(above) {
		if _, err := os.Lstat(filepath.Join(above, ".git")); err == nil || holdsSpec(above) {
			top = above
			break
		}
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", top, bare(err))
	}
	rel, err := filepath.Rel(top, at)
	if err != nil {
		root.Close()
		return nil, nil, fmt.Errorf("%s: %w", at, err)
	}
	s := &comptest.Suite{FS: root.FS(), Dir: filepath.ToSlash(rel), Builtin: catalog.Files(), Version: version()}
	return s, func() { root.Close() }, nil
}

// tester prints results as they come.
type tester struct {
	a    *app
	o    *testOptions
	root *os.Root
	all  []testedCase
}

func (t *tester) report(r *comptest.Result) error {
	one := testedCase{
		Name: r.Name, File: path.Join(slashed(t.o.dir), r.File), Status: r.Status,
		Diffs: r.Diffs, Diagnostics: planner.Diagnostics(r.Diagnostics),
	}
	if one.Diffs == nil {
		one.Diffs = []comptest.Diff{}
	}
	if t.o.update && r.Updated != nil {
		if err := replaceIn(t.root, filepath.FromSlash(r.File), r.Updated); err != nil {
			return fmt.Errorf("%s: %w", one.File, bare(err))
		}
		one.Status = updated
	}
	t.all = append(t.all, one)
	if !t.o.json {
		t.print(&one, r)
	}
	return nil
}

func (t *tester) print(one *testedCase, r *comptest.Result) {
	w := t.a.Streams.Out
	word := t.a.paint(t.a.Streams.OutTTY, "32", one.Status)
	if one.Status == comptest.Failed {
		word = t.a.paint(t.a.Streams.OutTTY, "31", "FAIL")
	}
	fmt.Fprintf(w, "%s  %s\n", word, show.Line(one.Name))
	if one.Status != comptest.Failed {
		return
	}
	for _, d := range r.Diffs {
		fmt.Fprint(w, d.Patch)
	}
	diags := diagWriter{w: w, color: t.a.colors(t.a.Streams.OutTTY), sources: r.Source}
	for _, d := range hclspec.Sort(append(hcl.Diagnostics{}, r.Diagnostics...), nil) {
		diags.write(d)
	}
}

func (t *tester) summary() error {
	counts := map[string]int{}
	for _, c := range t.all {
		counts[c.Status]++
	}
	if t.o.json {
		err := t.a.printJSON(map[string]any{
			"format_version": planner.FormatVersion, "cases": t.all, "passed": counts[comptest.Passed],
			"failed": counts[comptest.Failed], "updated": counts[updated],
		})
		if err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.a.Streams.Out, "%s: %d passed", count(len(t.all), "test"), counts[comptest.Passed])
		if n := counts[comptest.Failed]; n > 0 {
			fmt.Fprintf(t.a.Streams.Out, ", %d failed", n)
		}
		if n := counts[updated]; n > 0 {
			fmt.Fprintf(t.a.Streams.Out, ", %d updated", n)
		}
		fmt.Fprintln(t.a.Streams.Out, ".")
	}
	if counts[comptest.Failed] > 0 {
		return codeError(exitError)
	}
	return nil
}
