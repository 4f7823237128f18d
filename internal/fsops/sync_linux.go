package fsops

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncer flushes the whole file system at once: one call in place of two for
// every file (see syncfs(2)).
type syncer struct{}

func newSyncer() *syncer { return &syncer{} }

func (*syncer) touch(*os.Root, string) {}

func (*syncer) file(f *os.File) File { return f }

func (*syncer) flush(r *os.Root) error {
	f, err := r.Open(".")
	if err != nil {
		return err
	}
	defer f.Close()
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}
