package hooks

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// TrustFile is the name of the file of trust in the user's configuration of mlops.
const TrustFile = "trusted-hooks.json"

// maxTrust bounds what is read of it.
const maxTrust = 4 << 20

// Trusted is what a user has said yes to.
type Trusted struct {
	Print  string `json:"print"`
	Source string `json:"source"`
	Commit string `json:"commit,omitempty"`
}

type trustJSON struct {
	Version int       `json:"version"`
	Hooks   []Trusted `json:"hooks"`
}

// Trust is the file of what a user trusts; "" is none, which trusts nothing and keeps
// nothing.
type Trust string

// Has reports whether the user has trusted exactly this job.
func (t Trust) Has(j *Job) (bool, error) {
	doc, err := t.read()
	if err != nil {
		return false, err
	}
	return slices.Contains(doc.Hooks, Trusted{j.Print, j.Source, j.Commit}), nil
}

func (t Trust) read() (*trustJSON, error) {
	out := &trustJSON{Version: 1}
	if t == "" {
		return out, nil
	}
	if err := t.alone(); err != nil {
		return nil, err
	}
	info, err := os.Stat(string(t))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxTrust) {
		err = fmt.Errorf("%s: is no file, or one larger than %d MiB", t, maxTrust>>20)
	}
	if err != nil {
		return nil, err
	}
	src, err := os.ReadFile(string(t))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(src, out); err != nil || out.Version != 1 {
		return nil, fmt.Errorf("%s: is not in the form that mlops writes; remove it, and the question comes again", t)
	}
	return out, nil
}

// alone refuses a file that others than the user can write to, as ssh does with its
// keys: they could have said yes. Who may write to its folder may put another one there,
// and a link has two folders.
func (t Trust) alone() error {
	file := string(t)
	names := []string{filepath.Dir(file), file}
	if end, err := filepath.EvalSymlinks(file); err == nil && end != file {
		names = append(names, filepath.Dir(end))
	}
	for _, name := range names {
		at, known, err := ownership(name)
		if err == nil && known {
			err = judge(name, at, os.Geteuid())
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// owned is who may write to a file.
type owned struct {
	user int
	mode fs.FileMode
}

// judge says whether only the user, or root, can write to a file.
func judge(name string, at owned, user int) error {
	const so = "so it cannot say what you trust; look at what it holds, then:"
	switch {
	case at.user != 0 && at.user != user:
		return fmt.Errorf("%s: belongs to user %d, not to you, %s chown %d %s", name, at.user, so, user, name)
	case at.mode&0o022 != 0:
		return fmt.Errorf("%s: others than you may write to it (mode %#o), %s chmod go-w %s", name, at.mode, so, name)
	}
	return nil
}

// Add remembers that the user trusts a job. The file is replaced in one step, and
// nobody but the user can read it.
func (t Trust) Add(j *Job) error {
	if t == "" {
		return nil
	}
	dir := filepath.Dir(string(t))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	doc, err := t.read()
	if err != nil {
		return err
	}
	one := Trusted{j.Print, j.Source, j.Commit}
	if slices.Contains(doc.Hooks, one) {
		return nil
	}
	doc.Hooks = append(doc.Hooks, one)
	src, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".trust-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(src, '\n'))
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), string(t))
}
