package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/mlops-as-code/mlops/internal/textdiff"
)

// match is one pair of texts on disk, for git and for us.
type match struct {
	l   *lab
	dir string
	// seen is the digest of the first patch; every later one must have it.
	seen *[sha256.Size]byte
	size int
}

func diffRows(ctx context.Context, l *lab) ([]row, error) {
	var rows []row
	for _, s := range shapes() {
		r, err := shapeRow(ctx, l, s)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func shapeRow(ctx context.Context, l *lab, s shape) (row, error) {
	old, new := s.make(rand.New(rand.NewPCG(1, 2)))
	dir, err := l.write(map[string]string{"old": string(old), "new": string(new)})
	if err != nil {
		return row{}, err
	}
	defer os.RemoveAll(dir)
	m := &match{l: l, dir: dir}
	c := contest{rounds: l.rounds}
	if len(old) < 2*mib {
		c.batch = 3
	}
	got, err := c.run(ctx, []side{{"git", m.git}, {"textdiff", m.textdiff}})
	if err != nil {
		return row{}, err
	}
	r := c.ratio(s.name, 1.5, got["textdiff"], got["git"])
	r.note = fmt.Sprintf("patch of %s KiB, the same bytes %d times", number(float64(m.size)/1024), (l.rounds+1)*max(1, c.batch))
	return r, nil
}

// git is a process; it exits with 1 because the files differ.
func (m *match) git(ctx context.Context, _ int) (cost, error) {
	spent, _, err := m.l.process(ctx, m.dir, "git", "diff", "--no-index", "old", "new")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return spent, nil
	}
	return spent, fmt.Errorf("git diff found no difference: %w", err)
}

// textdiff reads the files as git has to.
func (m *match) textdiff(context.Context, int) (cost, error) {
	var patch []byte
	spent, err := timed(func() error {
		old, err := os.ReadFile(filepath.Join(m.dir, "old"))
		if err != nil {
			return err
		}
		new, err := os.ReadFile(filepath.Join(m.dir, "new"))
		if err != nil {
			return err
		}
		patch = textdiff.Patch(&textdiff.File{Path: "f", Data: old}, &textdiff.File{Path: "f", Data: new})
		return nil
	})
	if err != nil {
		return spent, err
	}
	sum := sha256.Sum256(patch)
	if m.seen == nil {
		m.seen, m.size = &sum, len(patch)
	}
	if *m.seen != sum || len(patch) == 0 {
		return spent, errors.New("two runs gave different bytes")
	}
	return spent, nil
}
