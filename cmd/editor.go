package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/merge3"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
	"github.com/mlops-as-code/mlops/planner"
)

// draft is one file in the editor.
type draft struct {
	// name is the managed path, file the temporary one, in a folder of its own.
	name, file string
	// given is what the editor was started with.
	given []byte
}

// edit lets a person settle one conflict in an editor and returns the text.
func (r *resolver) edit(ctx context.Context, name string) ([]byte, error) {
	editor := r.s.a.editor()
	if editor == nil {
		return nil, errors.New("--take=edit: neither VISUAL nor EDITOR is set; set one, or use --take=spec, --take=mine or --take=both")
	}
	marked, err := planner.Marked(r.s.sides, name)
	if err != nil {
		return nil, err
	}
	d, err := r.draft(name, marked.Text)
	if err != nil {
		return nil, err
	}
	if err := r.s.a.runEditor(ctx, append(editor, d.file), r.o.json); err != nil {
		return nil, err
	}
	text, err := d.read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if bytes.Equal(text, marked.Text) {
		return nil, fmt.Errorf("%s: was not changed in the editor, and the conflict stands; nothing was written", name)
	}
	if what := noText(text); what != "" {
		return nil, fmt.Errorf("%s: the edited text is %s; nothing was written", name, what)
	}
	if line, found := marked.Leftover(text); found {
		return nil, fmt.Errorf("%s: line %d of the edited text is a conflict marker; nothing was written", name, line)
	}
	return text, nil
}

// noText says why an edited text cannot be merged with later on; "" when it can.
func noText(text []byte) string {
	switch {
	case textdiff.IsBinary(text):
		return "binary"
	case !utf8.Valid(text):
		return "not UTF-8"
	}
	return ""
}

// editor is the person's editor and its arguments, nil when there is none.
func (a *app) editor() []string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if words := strings.Fields(a.getenv(name)); len(words) > 0 {
			return words
		}
	}
	return nil
}

// opened is the editor's command line for one line of a file. Only editors that are
// known to understand a line are given one: another would open a file of that name.
func opened(editor []string, file string, line int) []string {
	out := slices.Clone(editor)
	switch filepath.Base(editor[0]) {
	case "vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "micro", "kak", "ne", "joe", "pico":
		return append(out, fmt.Sprintf("+%d", line), file)
	case "code", "codium":
		if len(editor) == 1 {
			out = append(out, "--wait") // or it is over before the person has begun
		}
		return append(out, "--goto", fmt.Sprintf("%s:%d", file, line))
	}
	return append(out, file)
}

// runEditor starts the editor on the terminal and waits for it. What it says on
// standard output must not get into a JSON document.
func (a *app) runEditor(ctx context.Context, words []string, json bool) error {
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Env, c.Dir = a.Env, a.Dir
	c.Stdin, c.Stdout, c.Stderr = a.Streams.In, a.Streams.Out, a.Streams.Err
	if json {
		c.Stdout = a.Streams.Err
	}
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	err := c.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("the editor %s: %w; nothing was written", words[0], err)
	}
	return nil
}

// draft puts a text where only this user can read it, under the name of the file,
// so that the editor knows its kind.
func (r *resolver) draft(name string, text []byte) (*draft, error) {
	temp := r.s.a.getenv("TMPDIR")
	if temp == "" {
		temp = os.TempDir()
	}
	temp = r.s.a.path(temp)
	if top := r.s.top(); within(temp, top) {
		return nil, fmt.Errorf("%s: is the folder for temporary files and lies in the repository; set TMPDIR to another one", temp)
	}
	dir, err := os.MkdirTemp(temp, "mlops-resolve-*")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", temp, bare(err))
	}
	d := &draft{name: name, file: filepath.Join(dir, path.Base(name)), given: text}
	r.drafts = append(r.drafts, d)
	if err := os.WriteFile(d.file, text, 0o600); err != nil {
		return nil, fmt.Errorf("%s: %w", d.file, bare(err))
	}
	return d, nil
}

// top is the folder of the repository, or of the project where there is none.
func (s *session) top() string {
	if s.repo != nil && s.repo.repo.Top != "" {
		return s.repo.repo.Top
	}
	return s.dir
}

// within reports whether a folder is another one or lies in it.
func within(dir, top string) bool {
	for _, p := range []*string{&dir, &top} {
		if real, err := filepath.EvalSymlinks(*p); err == nil {
			*p = real
		}
	}
	rel, err := filepath.Rel(top, dir)
	return err == nil && filepath.IsLocal(rel)
}

func (d *draft) read() ([]byte, error) {
	info, err := os.Lstat(d.file)
	if err != nil {
		return nil, fmt.Errorf("the edited text is gone: %w", bare(err))
	}
	if !info.Mode().IsRegular() || info.Size() > merge3.MaxBytes {
		return nil, fmt.Errorf("the edited text is no regular file of at most %d MiB", merge3.MaxBytes>>20)
	}
	f, err := os.Open(d.file)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, merge3.MaxBytes))
}

// clear removes the drafts. Work that was not used stays, and is named.
func (r *resolver) clear(used bool) {
	for _, d := range r.drafts {
		text, err := d.read()
		if used || err == nil && bytes.Equal(text, d.given) || errors.Is(err, fs.ErrNotExist) {
			os.RemoveAll(filepath.Dir(d.file))
			continue
		}
		fmt.Fprintf(r.s.a.Streams.Err, "The edited text of %s is kept in %s; to use it, copy it over %s and run `mlops resolve --take=mine`.\n",
			show.Line(d.name), show.Line(d.file), show.Line(d.name))
	}
}
