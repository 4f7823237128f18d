package components

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// Watched is one template of another tool as it is generated, before its hooks.
type Watched struct {
	// Address is the component block's, without the keys of for_each.
	Address string
	Pin     lockfile.Component
	Source  Source
	Files   []hclspec.TemplateFile
	Input   cookiecutter.Input
}

// Before is a digest ("sha256:<hex>") of all that the hooks of a rendering are given:
// their texts, and the project that was rendered; for a hook that runs before any
// question is asked, the template too. The rendering needs the texts of its hooks.
func Before(res *cookiecutter.Result, template []cookiecutter.File) string {
	h := sha256.New()
	early := false
	for _, k := range res.Hooks {
		early = early || k.Name == "pre_prompt"
		line(h, "hook", k.Name, k.Path, string(k.Text))
	}
	if early {
		files := slices.SortedFunc(slices.Values(template), func(a, b cookiecutter.File) int { return cmp.Compare(a.Path, b.Path) })
		for _, f := range files {
			line(h, "template", f.Path, mode(f.Executable), f.Link, string(f.Content))
		}
	}
	for _, dir := range res.Dirs {
		line(h, "folder", dir)
	}
	for _, f := range res.Files {
		line(h, "file", f.Path, mode(f.Executable), string(f.Content))
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func mode(executable bool) string {
	if executable {
		return "0755"
	}
	return "0644"
}

// line writes words so that no two lists of them are alike.
func line(h hash.Hash, words ...string) {
	for _, w := range words {
		fmt.Fprintf(h, "%d:%s", len(w), w)
	}
	fmt.Fprintln(h)
}

// TemplateFiles are the files of a template as Cookiecutter's rules take them.
func TemplateFiles(files []hclspec.TemplateFile) []cookiecutter.File {
	out := make([]cookiecutter.File, len(files))
	for i, f := range files {
		out[i] = cookiecutter.File{Path: f.Path, Content: f.Content, Executable: f.Executable, Link: f.Link}
	}
	return out
}

// Altered are the files of a template after a hook has changed it.
func Altered(files []cookiecutter.File, changes []effect.Change) ([]cookiecutter.File, error) {
	if len(changes) == 0 {
		return files, nil
	}
	var plain []effect.File
	var out []cookiecutter.File
	for _, f := range files {
		if f.Link != "" {
			out = append(out, f)
			continue
		}
		plain = append(plain, effect.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
	}
	plain, err := effect.Apply(plain, changes)
	for _, f := range plain {
		out = append(out, cookiecutter.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
	}
	return out, err
}

// recorded is the project with what the hooks did to it when they were run: nothing is
// run here. A record of another rendering is an error, because nobody can tell what
// the hooks would do to this one.
func (r *run) recorded() (*hclspec.Generated, error) {
	name := effect.Path(r.pin.Hooks)
	if effect.Digest(r.call.Record) != r.pin.Hooks {
		return nil, fmt.Errorf("%s: is not what the lock says that it is; take it back from git, or run %s", name, r.again())
	}
	record, err := effect.Parse(r.call.Record)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	res, found, err := r.match(record)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w; what its hooks did is in %s", err, name)
	case len(res.Hooks) == 0:
		out, err := generated(res)
		if err == nil {
			out.Notes = append(out.Notes, fmt.Sprintf("the template has no hooks any more, and %s is not used; `mlops component update %s --drop-hooks` forgets it", name, blockName(r.address)))
		}
		return out, err
	case found == nil:
		return nil, fmt.Errorf("%s: what its hooks did was recorded for another rendering of the template, as %s since. What they would do to this one is not known: run %s to run them again, or `mlops component update %s --drop-hooks` to go on without them",
			name, why(res, record), r.again(), blockName(r.address))
	}
	out, err := generated(res)
	if err == nil {
		err = apply(out, found, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return out, nil
}

func (g *generator) again() string {
	return "`mlops component update " + blockName(g.address) + " --run-hooks`"
}

// blockName is what update calls the component block of an address.
func blockName(address string) string {
	name := strings.TrimPrefix(address, "component.")
	if strings.ContainsAny(name, ".[") {
		return address
	}
	return name
}

// match renders the template, and finds the effect that was recorded for what comes of
// it; nil when there is none.
func (r *run) match(record *effect.Record) (*cookiecutter.Result, *effect.Effect, error) {
	original := TemplateFiles(r.call.Files)
	var plain *cookiecutter.Result
	var fault error
	for i := range record.Effects {
		e := &record.Effects[i]
		res := plain
		if res == nil || len(e.Template) > 0 {
			files, err := Altered(original, e.Template)
			if err != nil {
				continue // it is of another template
			}
			if res, err = r.render(files, true); err != nil {
				fault = err
				continue
			}
		}
		if len(e.Template) == 0 {
			plain = res
		}
		if Before(res, original) == e.Before {
			return res, e, nil
		}
	}
	if plain == nil {
		var err error
		if plain, err = r.render(original, true); err != nil {
			return nil, nil, cmp.Or(fault, err)
		}
	}
	return plain, nil, nil
}

// why says what is different from when the hooks ran.
func why(res *cookiecutter.Result, record *effect.Record) string {
	for _, e := range record.Effects {
		same := len(e.Hooks) == len(res.Hooks)
		for i, h := range res.Hooks {
			same = same && e.Hooks[i] == effect.Hook{Name: h.Name, Path: h.Path, Digest: h.Digest}
		}
		if same {
			return "its inputs or its files changed"
		}
	}
	return "the hooks themselves changed"
}

// apply makes what the hooks did, and says so.
func apply(out *hclspec.Generated, e *effect.Effect, name string) error {
	var before []effect.File
	from, taken := map[string]string{}, map[string]bool{}
	for _, f := range out.Files {
		before = append(before, effect.File{Path: f.Path, Content: f.Content, Executable: f.Executable})
		from[f.Path], taken[f.From] = f.From, true
	}
	after, err := effect.Apply(before, e.Project)
	if err != nil {
		return err
	}
	hooked := map[string]bool{}
	for _, c := range e.Project {
		hooked[c.Path] = true
	}
	out.Files = nil
	for _, f := range after {
		made := hclspec.TemplateFile{Path: f.Path, Content: f.Content, Executable: f.Executable, From: from[f.Path]}
		if made.From == "" {
			if made.From = f.Path; taken[f.Path] {
				made.From = "hooks:" + f.Path
			}
		}
		if hooked[f.Path] {
			sum := sha256.Sum256(append([]byte(mode(f.Executable)), f.Content...))
			made.Hooked = hex.EncodeToString(sum[:])
		}
		out.Files = append(out.Files, made)
	}
	added, changed, deleted := e.Count(before)
	out.Hooked = fmt.Sprintf("%s ran once; what came of it is in %s (%d added, %d changed, %d deleted) and is a part of this plan",
		strings.Join(e.Names(), " and "), name, added, changed, deleted)
	return nil
}
