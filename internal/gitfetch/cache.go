package gitfetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// cache is the bare repository of a remote. Its config, HEAD and pins are
// written by this package and by nobody else; it has no refs but the pins, which
// git neither moves nor packs, since its maintenance is off.
type cache struct {
	path string
}

const (
	noHead       = "ref: refs/heads/none\n"
	configSHA1   = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
	configSHA256 = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n"
)

// cache returns the remote's cache for objects with ids like the one given, and
// makes it when it is missing or its own files are not as they should be.
func (s *session) cache(ctx context.Context, like string) (*cache, error) {
	sum := sha256.Sum256([]byte(s.remote.text))
	name, config := hex.EncodeToString(sum[:]), configSHA1
	if len(like) == sha256.Size*2 {
		name, config = name+"-sha256", configSHA256
	}
	dir, err := filepath.Abs(s.f.Dir)
	if err != nil {
		return nil, err
	}
	b := &cache{path: filepath.Join(dir, name)}
	if b.holds("HEAD", noHead) && b.holds("config", config) {
		return b, nil
	}
	if err := b.folders(); err != nil {
		return nil, err
	}
	err = s.locked(ctx, b, func() error { return errors.Join(b.put("HEAD", noHead), b.put("config", config)) })
	return b, err
}

// holds reports whether a small file is as wanted.
func (b *cache) holds(name, content string) bool {
	got, err := os.ReadFile(filepath.Join(b.path, filepath.FromSlash(name)))
	return err == nil && string(got) == content
}

// put writes a small file in one step. Only the holder of the lock may call it:
// others sweep.
func (b *cache) put(name, content string) error {
	f, err := os.CreateTemp(b.path, "tmp_")
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(b.path, filepath.FromSlash(name)))
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// pinned reports whether the commit was fetched whole.
func (b *cache) pinned(commit string) bool {
	return b.holds("refs/mlops/"+commit, commit+"\n")
}

func (b *cache) pin(commit string) error { return b.put("refs/mlops/"+commit, commit+"\n") }

// empty removes everything that was fetched. Only the holder of the lock may call it.
func (b *cache) empty() error {
	for _, name := range []string{"refs/mlops", "shallow", "objects"} { // pins first
		if err := os.RemoveAll(filepath.Join(b.path, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return b.folders()
}

// folders makes the folders of a cache.
func (b *cache) folders() error {
	for _, dir := range []string{"objects/pack", "refs/mlops"} {
		if err := os.MkdirAll(filepath.Join(b.path, filepath.FromSlash(dir)), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// lockWait is how often a lock that another process holds is tried.
const lockWait = 50 * time.Millisecond

// lock waits for the lock of the cache, which the kernel drops when its holder
// dies. The lock file lies beside the cache and stays.
func (b *cache) lock(ctx context.Context, waiting func()) (io.Closer, error) {
	dir, err := fsops.OpenOS(filepath.Dir(b.path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	for first := true; ; first = false {
		lock, err := dir.Lock(filepath.Base(b.path) + ".lock")
		if !errors.Is(err, fsops.ErrLocked) {
			return lock, err
		}
		if first {
			waiting()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockWait):
		}
	}
}

// sweep removes what a killed git has left: lock files and half a pack. Only the
// holder of the lock may call it.
func (b *cache) sweep() error {
	return filepath.WalkDir(b.path, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return gone(err)
		}
		name := d.Name()
		if strings.HasSuffix(name, ".lock") || strings.HasPrefix(name, "tmp_") || strings.HasPrefix(name, ".tmp-") {
			return gone(os.Remove(path))
		}
		return nil
	})
}

// gone passes over what another process has removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// size returns the bytes of all objects, finished and unfinished.
func (b *cache) size() (total int64) {
	_ = filepath.WalkDir(filepath.Join(b.path, "objects"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	return total
}

// shallow reports whether history was cut off somewhere.
func (b *cache) shallow() bool {
	info, err := os.Stat(filepath.Join(b.path, "shallow"))
	return err == nil && info.Size() > 0
}

// packs lists the files in objects/pack.
func (b *cache) packs() map[string]bool {
	found := map[string]bool{}
	entries, _ := os.ReadDir(filepath.Join(b.path, "objects", "pack")) // none when it cannot be read
	for _, e := range entries {
		found[e.Name()] = true
	}
	return found
}

// discard removes what came to objects/pack since: a pack of a fetch that failed
// would be taken for had by the next.
func (b *cache) discard(before map[string]bool) {
	for name := range b.packs() {
		if !before[name] {
			_ = os.Remove(filepath.Join(b.path, "objects", "pack", name))
		}
	}
}
