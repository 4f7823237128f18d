package applier

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// maxFile is the size of the largest file that is read: one that is to be
// overwritten must fit into a git object.
const maxFile = 512 << 20

// checkDirs looks at the directories above the files.
func (t *tx) checkDirs(files []*file) (*dirs, error) {
	d := &dirs{t: t, seen: map[string]bool{".": true}, writable: map[string]bool{}, blocked: map[string]error{}}
	for _, f := range files {
		if f.outside {
			continue
		}
		if err := d.check(f); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// checkDisk compares what stands at a path with what the plan expects.
func (t *tx) checkDisk(f *file, d *dirs) (stale string, err error) {
	if f.outside || d.seen[path.Dir(f.path)] {
		return t.examine(f)
	}
	if f.before != nil && f.role != roleDropDir {
		return f.path + ": is not there any more", nil
	}
	return "", nil
}

// dirs looks at the directories above the plan's paths, each once.
type dirs struct {
	t *tx
	// seen says of a directory whether it exists.
	seen     map[string]bool
	writable map[string]bool
	// blocked says what stands where a directory is needed.
	blocked map[string]error
	device  *uint64
}

// check refuses paths that do not lead through real directories of this very
// project, and those in which nothing can be written.
func (d *dirs) check(f *file) error {
	dir := path.Dir(f.path)
	if err := d.look(dir); err != nil {
		return err
	}
	if err := d.blocked[dir]; err != nil && f.role != roleGone {
		return err
	}
	if f.role == roleKeep || f.role == roleGone {
		return nil
	}
	for !d.seen[dir] {
		dir = path.Dir(dir)
	}
	if d.writable[dir] {
		return nil
	}
	d.writable[dir] = true
	if err := d.t.work.Writable(dir); err != nil {
		return unwritable(err, "make the directory writable")
	}
	return nil
}

// look finds out whether dir exists, from the root downwards.
func (d *dirs) look(dir string) error {
	if _, known := d.seen[dir]; known {
		return nil
	}
	if err := d.look(path.Dir(dir)); err != nil {
		return err
	}
	if !d.seen[path.Dir(dir)] {
		d.seen[dir], d.blocked[dir] = false, d.blocked[path.Dir(dir)]
		return nil
	}
	info, err := d.t.work.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.seen[dir] = false
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return &ObstacleError{dir + " is a symbolic link", "mlops writes through real directories only: replace the link by a directory"}
	case !info.IsDir():
		d.seen[dir] = false
		if !d.t.leaving[dir] {
			d.blocked[dir] = &ObstacleError{dir + " is not a directory", "move it away"}
		}
		return nil
	}
	d.seen[dir] = true
	return d.belongs(dir, info)
}

// belongs refuses a directory that is another repository or file system.
func (d *dirs) belongs(dir string, info fs.FileInfo) error {
	if _, err := d.t.work.Lstat(dir + "/.git"); err == nil {
		return &ObstacleError{dir + " is another git repository", "mlops writes only into its own: move the files elsewhere in mlops.hcl"}
	}
	if d.device == nil {
		root, err := d.t.work.Lstat(".")
		if err != nil {
			return err
		}
		device, _ := fsops.Device(root)
		d.device = &device
	}
	if device, ok := fsops.Device(info); ok && device != *d.device {
		return &ObstacleError{dir + " is on another file system than the project", "mlops cannot replace files there in one step: unmount it"}
	}
	return nil
}

// examine compares one path with what the plan expects. It returns what is
// different, or else fills in what the file's fields say of the disk.
func (t *tx) examine(f *file) (stale string, err error) {
	dir, name := t.reader(f)
	info, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		info, err = nil, nil
	}
	if err != nil {
		return "", err
	}
	f.pre = info
	switch {
	case f.role == roleMakeDir && info != nil && info.IsDir(), f.role == roleDropDir && info == nil:
		return "", nil
	case f.before == nil && (info == nil || f.role == roleGone && info.IsDir()):
		return "", nil
	case f.before == nil:
		return f.path + ": appeared after the plan was made", nil
	case info == nil:
		return f.path + ": is not there any more", nil
	case typeOf(info.Mode()) != f.before.Type:
		return fmt.Sprintf("%s: is a %s now", f.path, typeOf(info.Mode())), nil
	case info.IsDir() && f.role == roleWrite:
		f.pre = nil // the directory is gone by the time the file is put there
		return t.emptied(f.path, t.leaving)
	case info.IsDir():
		return "", nil
	}
	return t.examineContent(f, dir, name)
}

// emptied names a file that is below a directory and not leaving.
func (t *tx) emptied(dir string, leaving map[string]bool) (stays string, err error) {
	list, err := t.work.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range list {
		p := dir + "/" + e.Name()
		if e.IsDir() {
			stays, err = t.emptied(p, leaving)
		} else if !leaving[p] {
			stays = p + ": stands where the plan wants a file instead of a directory"
		}
		if stays != "" || err != nil {
			return stays, err
		}
	}
	return "", nil
}

// reader is where a file's bytes are read from, and under which name.
func (t *tx) reader(f *file) (fsops.Reader, string) {
	if f.outside {
		return t.repo.top, f.full
	}
	return t.work, f.path
}

func typeOf(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "file"
	case m.IsDir():
		return "directory"
	case m&fs.ModeSymlink != 0:
		return "symlink"
	}
	return "special file"
}

// examineContent compares bytes and mode.
func (t *tx) examineContent(f *file, dir fsops.Reader, name string) (stale string, err error) {
	if f == t.lockFile && f.pre.Mode().IsRegular() {
		digest, err := fileDigest(dir, name) // it is long, and ours: no need for the bytes
		if err == nil && digest != f.before.Digest {
			stale = f.path + ": changed after the plan was made"
		}
		return stale, err
	}
	data, err := read(dir, name, f.pre)
	if err != nil {
		return "", err
	}
	if digestOf(data) != f.before.Digest {
		return f.path + ": changed after the plan was made", nil
	}
	if want := f.before.Mode; want != "" && f.pre.Mode().IsRegular() && t.trustsModes() && (want == "0755") != executable(f.pre) {
		return fmt.Sprintf("%s: its mode is not %s any more", f.path, want), nil
	}
	switch f.role {
	case roleKeep:
		if err := t.keep(f, data); err != nil {
			return "", err
		}
	case roleWrite, roleRemove:
		if f.role == roleRemove || !bytes.Equal(data, f.content) {
			t.backup.consider(f, data)
		}
	}
	return "", nil
}

// fileDigest is the digest of a file that is not held in memory.
func fileDigest(dir fsops.Reader, name string) (string, error) {
	f, err := dir.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, io.LimitReader(f, maxFile), make([]byte, 64<<10)); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// read returns a file's bytes or a link's target.
func read(dir fsops.Reader, name string, info fs.FileInfo) ([]byte, error) {
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := dir.Readlink(name)
		return []byte(target), err
	}
	return fsops.ReadFile(dir, name, maxFile)
}

func executable(info fs.FileInfo) bool { return info.Mode()&0o100 != 0 }

// trustsModes reports whether the file system keeps the executable bit.
func (t *tx) trustsModes() bool { return t.repo == nil || t.repo.fileMode }

// keep notes what a file that stays as it is is to be in the commit. Its bytes
// are read again when they are written into the repository.
func (t *tx) keep(f *file, data []byte) (err error) {
	dir, name := t.reader(f)
	clean := t.repo.cleaner(f.full)
	f.loss = t.repo.loss(f.full, data)
	f.lost, err = t.repo.lost(f.full, data)
	f.edit = gitwrite.Edit{
		Path: f.full, Mode: t.keptMode(f), Hash: gitwrite.HashOf(gitwrite.Blob, clean(data)),
	}
	f.load = func() ([]byte, error) {
		data, err := fsops.ReadFile(dir, name, maxFile)
		if err != nil {
			return nil, err
		}
		return clean(data), nil
	}
	return err
}

// keptMode is the mode git would record for a file on disk.
func (t *tx) keptMode(f *file) uint32 {
	exec := executable(f.pre)
	if !t.repo.fileMode {
		exec = f.before.Mode == "0755"
		if e, ok := t.repo.indexed[f.full]; f.before.Mode == "" && ok {
			exec = e.Mode == gitwrite.ModeExec
		}
	}
	if exec {
		return gitwrite.ModeExec
	}
	return gitwrite.ModeFile
}

// backup collects what is overwritten and not in HEAD.
type backup struct {
	t     *tx
	saved []saved
}

// saved is one piece of a backup.
type saved struct {
	path, full string
	mode       uint32
	object     gitwrite.Object
	// there means that the repository has the object already.
	there bool
}

// consider adds the bytes at a path unless a checkout of HEAD gives them back.
func (b *backup) consider(f *file, data []byte) {
	s := saved{path: f.path, full: f.full, mode: gitwrite.ModeFile}
	switch {
	case f.pre.Mode()&fs.ModeSymlink != 0:
		s.mode = gitwrite.ModeSymlink
	case executable(f.pre):
		s.mode = gitwrite.ModeExec
	}
	hash := gitwrite.HashOf(gitwrite.Blob, data)
	if b.inHead(f, hash, data) {
		return
	}
	dir, name, info := b.t.work, f.path, f.pre
	s.object = gitwrite.Object{
		Kind: gitwrite.Blob, Hash: hash, Unsure: true,
		Load: func() ([]byte, error) { return read(dir, name, info) },
	}
	b.t.mu.Lock()
	defer b.t.mu.Unlock()
	b.saved = append(b.saved, s)
}

// inHead reports whether HEAD has the bytes at this path, or has them with LF
// where every line here ends in CR LF.
func (b *backup) inHead(f *file, hash plumbing.Hash, data []byte) bool {
	if b.t.repo == nil {
		return false
	}
	e, ok := b.t.repo.inHead[f.full]
	if !ok || (e.Mode == gitwrite.ModeSymlink) != (f.pre.Mode()&fs.ModeSymlink != 0) {
		return false
	}
	if e.Hash == hash {
		return true
	}
	clean := b.t.repo.cleaner(f.full)(data)
	return e.Hash == gitwrite.HashOf(gitwrite.Blob, clean) &&
		bytes.Equal(bytes.ReplaceAll(clean, []byte("\n"), []byte("\r\n")), data)
}
