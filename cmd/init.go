package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/form"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/spf13/cobra"
)

type initOptions struct {
	basics
	yes         bool
	json        bool
	mergeDriver bool
	from        fromOptions
}

// basics are the answers that the first spec is written from.
type basics struct {
	name, title, summary, license, python, author, email string
	// taken are paths that exist already, which the spec then leaves alone.
	taken map[string]bool
	// anonymous is true when git knows no identity to commit with.
	anonymous bool
}

func newInitCmd(a *app) *cobra.Command {
	o := &initOptions{}
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a first mlops.hcl",
		Long: `Init writes a commented mlops.hcl into the project folder. On a terminal it asks
for what no flag says; elsewhere it takes the defaults. It never overwrites a
file, and the spec it writes claims no file that is there already.

With --from SOURCE the spec comes from a starter, or names a component: init asks
its questions, writes the spec, shows the plan, asks once and applies. --answer and
--answers answer without asking, and elsewhere than on a terminal they must give
what has no default. Without a terminal it applies only with --auto-approve.
Whatever goes wrong before the plan is approved, nothing is left behind.

SOURCE is builtin/NAME, a folder (./PATH, relative to the current folder, or an
absolute path), git::URL//DIR?ref=REF, or short gh:, gl:, bb: with
OWNER/REPO//DIR?ref=REF. A Cookiecutter template may be a zip archive, ./FILE.zip or
https://HOST/FILE.zip. A starter runs no code.`,
		Example: `  mlops init
  mlops init --name churn --license MIT --python 3.12
  mlops init -C ../churn --yes
  mlops init --merge-driver
  mlops init --from builtin/tabular
  mlops init --from gh:example/starters//tabular --version '~> 1.2' --answer name=churn
  mlops init --from builtin/tabular --answers answers.hcl --yes --auto-approve`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.from.source == "" {
				return o.runPlain(c, a)
			}
			return runInitFrom(c, a, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.name, "name", "", "project name (default the folder's name, made valid)")
	f.StringVar(&o.title, "title", "", "human title (default made of the name)")
	f.StringVar(&o.summary, "summary", "", "one sentence on what the project does")
	f.StringVar(&o.license, "license", "", "SPDX identifier of the license, such as Apache-2.0 (default none)")
	f.StringVar(&o.python, "python", "", "oldest supported Python version (default 3.11)")
	f.StringVar(&o.author, "author", "", "author's name (default as git knows it)")
	f.StringVar(&o.email, "email", "", "author's e-mail address (default as git knows it)")
	f.BoolVar(&o.mergeDriver, "merge-driver", false, "also make git merge the lock with mlops in this clone, as lock --install-driver does")
	f.BoolVarP(&o.yes, "yes", "y", false, "ask nothing, take the defaults")
	f.BoolVar(&o.json, "json", false, "print what was written as JSON")
	o.from.register(c)
	return c
}

// runPlain refuses the flags of --from.
func (o *initOptions) runPlain(c *cobra.Command, a *app) error {
	for _, name := range fromFlags {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s: goes with --from SOURCE", name)
		}
	}
	return runInit(c.Context(), a, o)
}

func runInit(ctx context.Context, a *app, o *initOptions) error {
	dir := a.root()
	if err := o.noSpecYet(dir); err != nil {
		return err
	}
	o.defaults(a, dir)
	if o.asks(a) {
		answers, err := a.ask(ctx, o.questions())
		if err != nil {
			return err
		}
		o.take(answers)
	}
	if err := o.validate(); err != nil {
		return err
	}
	driver := func() ([]amended, error) { return nil, nil }
	if o.mergeDriver {
		repo, err := a.driverRepository()
		if err != nil {
			return err
		}
		defer repo.close()
		driver = repo.installDriver
	}
	if err := writeNew(filepath.Join(dir, hclspec.MainFile), o.spec()); err != nil {
		return err
	}
	done, err := driver()
	if err != nil {
		return fmt.Errorf("%s is written, but not the merge driver: %w", hclspec.MainFile, err)
	}
	if o.json {
		return a.printJSON(map[string]any{"written": append([]string{hclspec.MainFile}, a.names(done)...), "project": o.name})
	}
	if o.mergeDriver {
		a.reportDriver(done)
	}
	fmt.Fprintf(a.Streams.Out, "Wrote %s for the project %s.\n\nNext: edit it, then\n  mlops plan     to see what it would write\n  mlops apply    to write and commit it\n", hclspec.MainFile, show.Line(o.name))
	return nil
}

// noSpecYet refuses to start where a spec is, in any of its forms.
func (o *initOptions) noSpecYet(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, bare(err))
	}
	for _, e := range entries {
		switch {
		case !hclspec.IsSpecFile(e.Name()):
		case o.mergeDriver:
			return fmt.Errorf("%s: is there already, and init overwrites nothing; for the merge driver alone, run `mlops lock --install-driver`", e.Name())
		default:
			return fmt.Errorf("%s: is there already, and init overwrites nothing; edit it, or run `mlops plan`", e.Name())
		}
	}
	return nil
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: is there already, and init overwrites nothing", filepath.Base(path))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(path), bare(err))
	}
	_, err = f.WriteString(text)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(path)
		return fmt.Errorf("%s: %w", filepath.Base(path), bare(err))
	}
	return nil
}

// starterPaths are what the written spec may claim.
var starterPaths = []string{"README.md", ".gitignore", "params.yaml"}

func (o *initOptions) defaults(a *app, dir string) {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&o.name, validName(filepath.Base(dir)))
	set(&o.title, titleOf(o.name))
	set(&o.python, "3.11")
	name, email := a.identity(dir)
	o.anonymous = name == "" && o.author == ""
	set(&o.author, name)
	set(&o.email, email)
	o.taken = map[string]bool{}
	for _, p := range starterPaths {
		if _, err := os.Lstat(filepath.Join(dir, p)); err == nil {
			o.taken[p] = true
		}
	}
}

// validName makes a project name of a folder's name.
func validName(folder string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folder) {
		switch {
		case unicode.IsLetter(r) && r < 128, unicode.IsDigit(r) && r < 128:
			b.WriteRune(r)
		case b.Len() > 0:
			b.WriteByte('-')
		}
	}
	name := strings.Trim(regexp.MustCompile(`-+`).ReplaceAllString(b.String(), "-"), "-")
	if name == "" || !unicode.IsLetter(rune(name[0])) {
		name = strings.TrimSuffix("project-"+name, "-")
	}
	return name
}

func titleOf(name string) string {
	words := strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// asks reports whether there is a person to ask.
func (o *initOptions) asks(a *app) bool { return a.Streams.InTTY && !o.yes && !o.json }

// questions ask for what every project has. The title follows the name.
func (s *basics) questions() form.Next {
	derived := s.title == titleOf(s.name)
	return func(done []form.Answer) (form.Question, bool) {
		title := s.title
		if derived && len(done) > 0 {
			title = titleOf(done[0].Value)
		}
		return form.Ask(
			form.Question{Name: "name", Text: "Project name", Default: s.name, HasDefault: true, Check: checkName},
			form.Question{Name: "title", Text: "Title", Default: title, HasDefault: true},
			form.Question{Name: "summary", Text: "Summary, one sentence", Default: s.summary, HasDefault: true},
			form.Question{Name: "license", Text: "License", Hint: "SPDX identifier, empty for none", Default: s.license, HasDefault: true},
			form.Question{Name: "python", Text: "Oldest Python version", Default: s.python, HasDefault: true, Check: checkPython},
			form.Question{Name: "author", Text: "Author", Default: s.author, HasDefault: true},
			form.Question{Name: "email", Text: "E-mail", Default: s.email, HasDefault: true},
		)(done)
	}
}

// take keeps the answers to questions.
func (s *basics) take(answers []form.Answer) {
	fields := map[string]*string{
		"name": &s.name, "title": &s.title, "summary": &s.summary, "license": &s.license, "python": &s.python, "author": &s.author, "email": &s.email,
	}
	for _, a := range answers {
		if field := fields[a.Name]; field != nil {
			*field = a.Value
		}
	}
}

var (
	namePattern   = lazy.Regexp(`^[A-Za-z][A-Za-z0-9._-]{0,99}$`)
	pythonPattern = lazy.Regexp(`^3\.[0-9]{1,2}$`)
)

func checkName(s string) error {
	if !namePattern().MatchString(s) {
		return fmt.Errorf("project name %q: use letters, digits, dots, dashes and underscores, beginning with a letter", s)
	}
	return nil
}

func checkPython(s string) error {
	if !pythonPattern().MatchString(s) {
		return fmt.Errorf("python version %q: write one such as 3.11", s)
	}
	return nil
}

func (o *initOptions) validate() error {
	if err := checkName(o.name); err != nil {
		return err
	}
	return checkPython(o.python)
}
