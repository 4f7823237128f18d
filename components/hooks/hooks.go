// Package hooks runs the hooks of a Cookiecutter template once, in the order and with
// the texts that Cookiecutter gives them, and says what came of it.
//
// Vocabulary: a job is one rendering of a template with the hooks that belong to it;
// its print is a digest of all that somebody who trusts it has looked at: source,
// commit, files of the template, and the hooks' texts as they would run. Trust is a
// list of prints in the user's own configuration, never in the project.
//
// What a job did is an effect.Effect, from which plans make it again. The package
// refuses what a hook leaves beside the project, and what a project cannot hold: links,
// devices, paths that are not safe on every system. That a hook may run is for the
// caller to know.
package hooks

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/hookrun"
	"github.com/mlops-as-code/mlops/internal/safepath"
)

// Job is one rendering of a template with hooks.
type Job struct {
	// Source and Commit are the template's; Commit is "" for one in the project.
	Source, Commit string
	// Hooks are the scripts in the order they run. The texts of all but pre_prompt are
	// missing where pre_prompt has to run before the template can be rendered.
	Hooks []cookiecutter.Hook
	// Print stands for what a person trusts.
	Print string

	template []cookiecutter.File
	in       cookiecutter.Input
}

// NewJob looks at a template as it is generated, and runs nothing. It is nil for a
// template without hooks.
func NewJob(ctx context.Context, source, commit string, w components.Watched) (*Job, error) {
	return newJob(ctx, Job{Source: source, Commit: commit, template: components.TemplateFiles(w.Files), in: w.Input})
}

func newJob(ctx context.Context, j Job) (*Job, error) {
	t, err := open(j.template, "")
	if err != nil {
		return nil, err
	}
	in := j.in
	in.HookTexts = true
	res, err := t.Generate(ctx, in)
	early := slices.ContainsFunc(t.Hooks(), func(h cookiecutter.Hook) bool { return h.Name == "pre_prompt" })
	switch {
	case err == nil:
		j.Hooks = res.Hooks
	case early:
		j.Hooks = t.Hooks() // the first of them may be what makes it render
	default:
		return nil, err
	}
	if len(j.Hooks) == 0 {
		return nil, nil
	}
	j.Print, err = j.print()
	return &j, err
}

// print covers what the project's spec can put into a script, too: the texts are the
// rendered ones. Where they are not known before pre_prompt, the inputs stand for them.
func (j *Job) print() (string, error) {
	h := sha256.New()
	files := slices.SortedFunc(slices.Values(j.template), func(a, b cookiecutter.File) int { return cmp.Compare(a.Path, b.Path) })
	fmt.Fprintf(h, "%q %q\n", j.Source, j.Commit)
	for _, f := range files {
		fmt.Fprintf(h, "%q %t %q %x\n", f.Path, f.Executable, f.Link, sha256.Sum256(f.Content))
	}
	for _, k := range j.Hooks {
		fmt.Fprintf(h, "%q %q %s %x\n", k.Name, k.Path, k.Digest, sha256.Sum256(k.Text))
		if k.Name == "pre_prompt" {
			inputs, err := json.Marshal(j.in.Overrides)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s\n", inputs)
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

func open(files []cookiecutter.File, dir string) (*cookiecutter.Template, error) {
	tree, err := cookiecutter.NewTree(files, cookiecutter.Limits{})
	if err != nil {
		return nil, err
	}
	return cookiecutter.Open(tree, dir)
}

// Options are how hooks are run.
type Options struct {
	// Dir is where the stage is made, Env the user's environment, Limit what one script
	// may take.
	Dir   string
	Env   []string
	Limit time.Duration
	// Told, if set, hears of each script before it runs.
	Told func(cookiecutter.Hook)
}

// Outcome is what a job did.
type Outcome struct {
	Effect effect.Effect
	// Before and After are the project's files without hooks, and with them.
	Before, After []effect.File
	// Output is what each hook printed, in the order of their run.
	Output []Output
	// Ignored are caches and the like that hooks left and nobody keeps.
	Ignored []string
}

// Output is the last of what one hook printed.
type Output struct {
	Path string
	Text []byte
}

const (
	templateDir = "template"
	outDir      = "out"
)

// Run runs the hooks on a copy in a temporary folder, which is gone afterwards. The
// error of a hook that fails is a *hookrun.FailedError.
func (j *Job) Run(ctx context.Context, o Options) (*Outcome, error) {
	stage, err := hookrun.NewStage(hookrun.Options{Dir: o.Dir, Env: o.Env, Time: j.in.Clock.Unix()})
	if err != nil {
		return nil, err
	}
	r := &run{job: j, o: o, stage: stage, files: j.template, out: &Outcome{}}
	err = r.all(ctx)
	if err := errors.Join(err, stage.Close()); err != nil {
		return nil, err
	}
	return r.out, nil
}

// run is a job at work.
type run struct {
	job   *Job
	o     Options
	stage *hookrun.Stage
	// files are the template as pre_prompt left it.
	files []cookiecutter.File
	put   bool // the template is on the stage
	out   *Outcome
}

func (r *run) all(ctx context.Context) error {
	if err := r.prompts(ctx); err != nil {
		return err
	}
	t, err := open(r.files, "")
	if err != nil {
		return err
	}
	in := r.job.in
	in.HookTexts = true
	res, err := t.Generate(ctx, in)
	if err != nil {
		return err
	}
	scripts, err := r.scripts(ctx, t)
	if err != nil {
		return err
	}
	e := &r.out.Effect
	e.Before = components.Before(res, r.job.template)
	e.Template = effect.Diff(plain(r.job.template), plain(r.files))
	for _, h := range res.Hooks {
		e.Hooks = append(e.Hooks, effect.Hook{Name: h.Name, Path: h.Path, Digest: h.Digest})
	}
	if err := r.generate(ctx, res, scripts); err != nil {
		return err
	}
	return r.take(res)
}

// prompts runs the hooks that come before any question, which may change the template.
func (r *run) prompts(ctx context.Context) error {
	in, dir := r.job.in, ""
	for {
		t, err := open(r.files, dir)
		if err != nil {
			return err
		}
		if err := r.prompt(ctx, t); err != nil {
			return err
		}
		if t, err = open(r.files, dir); err != nil {
			return err
		}
		nested, next, err := t.Nested(ctx, in)
		if err != nil || nested == nil {
			return err
		}
		in, dir = next, nested.Dir()
	}
}

func (r *run) prompt(ctx context.Context, t *cookiecutter.Template) error {
	ran := false
	for _, h := range t.Hooks() {
		if h.Name != "pre_prompt" {
			continue
		}
		if err := r.putTemplate(); err != nil {
			return err
		}
		if err := r.script(ctx, h, path.Join(templateDir, t.Dir())); err != nil {
			return err
		}
		ran = true
	}
	if !ran {
		return nil
	}
	taken, err := r.stage.Take(templateDir, staged(plain(r.files)))
	if err != nil {
		return fmt.Errorf("after pre_prompt, the template: %w", err)
	}
	files := slices.DeleteFunc(slices.Clone(r.files), func(f cookiecutter.File) bool { return f.Link == "" })
	for _, f := range taken.Files {
		files = append(files, cookiecutter.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
	}
	r.files = files
	return nil
}

// putTemplate copies the template to the stage; links are not among what is copied.
func (r *run) putTemplate() error {
	if r.put {
		return nil
	}
	r.put = true
	return r.stage.Put(templateDir, staged(plain(r.files)))
}

// scripts are the hooks' texts with the folders of the stage in the place of those
// that a template sees, and that are nowhere in a plan.
func (r *run) scripts(ctx context.Context, t *cookiecutter.Template) ([]cookiecutter.Hook, error) {
	in := r.job.in
	in.HookTexts, in.RepoDir, in.OutputDir = true, r.stage.Path(templateDir), r.stage.Path(outDir)
	res, err := t.Generate(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, h := range res.Hooks {
		if strings.Contains(string(h.Text), in.RepoDir) {
			if err := r.putTemplate(); err != nil {
				return nil, err
			}
		}
	}
	return res.Hooks, nil
}

// generate does what Cookiecutter does: the folder, pre_gen_project, the files,
// post_gen_project.
func (r *run) generate(ctx context.Context, res *cookiecutter.Result, scripts []cookiecutter.Hook) error {
	inside := func(dir string) bool { return strings.HasPrefix(dir, res.Project+"/") }
	outside := slices.DeleteFunc(slices.Clone(res.Dirs), inside)
	for i := range outside {
		outside[i] = path.Join(outDir, outside[i])
	}
	if err := r.stage.Make(append([]string{outDir}, outside...)); err != nil {
		return err
	}
	if err := r.named(ctx, "pre_gen_project", scripts, res); err != nil {
		return err
	}
	var dirs []string
	for _, dir := range res.Dirs {
		if inside(dir) {
			dirs = append(dirs, path.Join(outDir, dir))
		}
	}
	if err := r.stage.Make(dirs); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("pre_gen_project made a folder that the template makes too, where Cookiecutter stops as well: %w", err)
	} else if err != nil {
		return err
	}
	var files []hookrun.File
	for _, f := range res.Files {
		files = append(files, hookrun.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
	}
	if err := r.stage.Put(outDir, files); err != nil {
		return err
	}
	return r.named(ctx, "post_gen_project", scripts, res)
}

func (r *run) named(ctx context.Context, name string, scripts []cookiecutter.Hook, res *cookiecutter.Result) error {
	for _, h := range scripts {
		if h.Name == name {
			if err := r.script(ctx, h, path.Join(outDir, res.Project)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) script(ctx context.Context, h cookiecutter.Hook, dir string) error {
	if r.o.Told != nil {
		r.o.Told(h)
	}
	script := hookrun.Script{Name: path.Base(h.Path), Text: h.Text, Dir: dir, Limit: r.o.Limit}
	if h.Name == "pre_prompt" {
		script.File = path.Join(templateDir, h.Path) // it may look for what lies beside it
	}
	out, err := r.stage.Run(ctx, script)
	r.out.Output = append(r.out.Output, Output{h.Path, out})
	return err
}

// take finds out what the hooks did.
func (r *run) take(res *cookiecutter.Result) error {
	top, _, _ := strings.Cut(res.Project, "/")
	strays, err := r.stage.Beside(outDir, top)
	if err != nil {
		return err
	}
	if len(strays) > 0 {
		return fmt.Errorf("a hook wrote beside the project: ../%s; what mlops keeps lies in it", strays[0])
	}
	for _, f := range res.Files {
		r.out.Before = append(r.out.Before, effect.File{Path: strings.TrimPrefix(f.Path, res.Project+"/"), Content: f.Content, Executable: f.Executable})
	}
	taken, err := r.stage.Take(path.Join(outDir, res.Project), staged(r.out.Before))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("after the hooks there is no project: one of them removed it, or gave it another name")
	}
	if err != nil {
		return fmt.Errorf("after the hooks, %w", err)
	}
	for _, f := range taken.Files {
		r.out.After = append(r.out.After, effect.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
	}
	r.out.Ignored = taken.Ignored
	r.out.Effect.Project = effect.Diff(r.out.Before, r.out.After)
	for _, c := range r.out.Effect.Project {
		if c.Delete {
			continue
		}
		if _, err := safepath.Parse(c.Path); err != nil {
			return fmt.Errorf("after the hooks, %w", err)
		}
	}
	if len(r.out.Effect.Project)+len(r.out.Effect.Template) > effect.MaxChanges {
		return fmt.Errorf("the hooks changed more than %d files, which is the limit", effect.MaxChanges)
	}
	return nil
}

func plain(files []cookiecutter.File) []effect.File {
	var out []effect.File
	for _, f := range files {
		if f.Link == "" {
			out = append(out, effect.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
		}
	}
	return out
}

func staged(files []effect.File) []hookrun.File {
	var out []hookrun.File
	for _, f := range files {
		out = append(out, hookrun.File(f))
	}
	return out
}
