package gitwrite

import (
	"context"
	"errors"
	"io/fs"
	"path"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// packAt is the number of objects from which one pack is better than loose
// files: git packs thousands of loose objects by itself, at its own time, and
// slows down over thousands of packs.
const packAt = 100

// Store writes objects into a repository in two steps.
type Store struct {
	dir fsops.Dir
	tmp string

	workers int
	moves   []move
}

// move gives a written file its name.
type move struct{ from, to string }

// NewStore returns a store for the repository in dir. tmp names an existing
// directory on the same file system for files without a name yet; workers is
// how many objects are compressed at once, and 1 uses no goroutine.
func NewStore(dir fsops.Dir, tmp string, workers int) *Store {
	return &Store{dir: dir, tmp: tmp, workers: max(workers, 1)}
}

// Write writes the objects, each once, under temporary names. The repository
// does not know them before Publish.
func (s *Store) Write(ctx context.Context, objects []Object) error {
	objects = distinct(objects)
	if len(objects) >= packAt {
		return s.writePack(ctx, objects)
	}
	z := &deflater{}
	for i := range objects {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.writeLoose(&objects[i], z); err != nil {
			return err
		}
	}
	return nil
}

// distinct drops repeated objects.
func distinct(objects []Object) []Object {
	seen := make(map[plumbing.Hash]bool, len(objects))
	out := objects[:0:0]
	for _, o := range objects {
		if !seen[o.Hash] {
			seen[o.Hash] = true
			out = append(out, o)
		}
	}
	return out
}

// Publish gives the written objects their names, which is what makes them part
// of the repository. What they say must be flushed by now.
func (s *Store) Publish() error {
	for len(s.moves) > 0 {
		m := s.moves[0]
		if _, err := fsops.MkdirAll(s.dir, path.Dir(m.to), 0o777); err != nil {
			return err
		}
		if err := s.dir.Rename(m.from, m.to); err != nil {
			return err
		}
		s.moves = s.moves[1:]
	}
	return nil
}

// writeLoose writes one object into a file of its own, unless it is there.
func (s *Store) writeLoose(o *Object, z *deflater) error {
	name := o.Hash.String()
	to := "objects/" + name[:2] + "/" + name[2:]
	if _, err := s.dir.Lstat(to); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	out, err := s.loose(o, z)
	if err != nil {
		return err
	}
	from := s.tmp + "/" + name
	if _, err := fsops.WriteFile(s.dir, from, out, 0o444); err != nil {
		return err
	}
	s.moves = append(s.moves, move{from, to})
	return nil
}

// loose is the object as its file holds it.
func (s *Store) loose(o *Object, z *deflater) ([]byte, error) {
	if o.Loose != nil {
		return o.Loose(), nil
	}
	content, err := o.load()
	if err != nil {
		return nil, err
	}
	head := header(o.Kind, len(content))
	if s.workers > 1 && len(content) > 2*minPart {
		return deflateParallel(head, content, s.workers), nil
	}
	return z.deflate(head, content), nil
}
