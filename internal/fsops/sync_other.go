//go:build !linux

package fsops

import (
	"errors"
	"os"
	"sync"
)

// syncer flushes every written file when it is closed and remembers the
// directories whose entries changed, for flush.
type syncer struct {
	mu   sync.Mutex
	dirs map[touched]bool
}

// touched is a directory in which an entry changed.
type touched struct {
	root *os.Root
	name string
}

func newSyncer() *syncer { return &syncer{dirs: map[touched]bool{}} }

func (s *syncer) touch(r *os.Root, dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirs[touched{r, dir}] = true
}

func (s *syncer) file(f *os.File) File { return syncedFile{f} }

// flush ignores what a directory answers: some systems cannot flush one, and a
// directory may be gone by now.
func (s *syncer) flush(*os.Root) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.dirs {
		if f, err := t.root.Open(t.name); err == nil {
			_ = f.Sync()
			f.Close()
		}
	}
	clear(s.dirs)
	return nil
}

type syncedFile struct{ *os.File }

func (f syncedFile) Close() error { return errors.Join(f.File.Sync(), f.File.Close()) }
