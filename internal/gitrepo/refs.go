package gitrepo

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// ErrCorruptRef means that a ref exists and does not say where it points, as
// after a crash. It is not the same as a branch without a commit.
var ErrCorruptRef = errors.New("corrupt ref")

const (
	maxSymbolic   = 5 // git's limit
	maxPackedRefs = 256 << 20
)

// Head is what HEAD says.
type Head struct {
	// Ref is the branch, such as "refs/heads/main"; "" when HEAD is detached.
	Ref string
	// Via are the symbolic refs between HEAD and Ref, usually none.
	Via []string
	// Commit is zero when the branch has no commit yet.
	Commit plumbing.Hash
}

// Head reads HEAD and the ref it names. A ref file that is empty or makes no
// sense is ErrCorruptRef, with its path and where its commits are still listed.
func (r *Repo) Head() (Head, error) {
	if r.unreadable != nil {
		return Head{}, r.unreadable
	}
	ref, via, err := r.follow("HEAD")
	if err != nil {
		return Head{}, err
	}
	value, err := r.rawRef(ref)
	if err != nil {
		return Head{}, err
	}
	h := Head{Commit: value.hash}
	if ref != "HEAD" {
		h.Ref, h.Via = ref, via[1:]
	} else if value.hash.IsZero() {
		return h, r.corrupt("HEAD", "missing")
	}
	return h, nil
}

// RefValue returns what a ref such as "refs/heads/main" or "HEAD" points to,
// through symbolic refs; zero when it does not exist. An object that the ref
// names need not exist.
func (r *Repo) RefValue(ref string) (plumbing.Hash, error) {
	if r.unreadable != nil {
		return plumbing.ZeroHash, r.unreadable
	}
	ref, _, err := r.follow(ref)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	value, err := r.rawRef(ref)
	return value.hash, err
}

// follow goes along symbolic refs. It returns the last one and those before.
func (r *Repo) follow(ref string) (last string, via []string, err error) {
	for range maxSymbolic {
		value, err := r.rawRef(ref)
		if err != nil {
			return "", nil, err
		}
		if value.target == "" {
			return ref, via, nil
		}
		via = append(via, ref)
		ref = value.target
	}
	return "", nil, fmt.Errorf("%s: %w: more than %d symbolic refs in a row", via[0], ErrCorruptRef, maxSymbolic)
}

// refContent is one ref as stored: a target when symbolic, else a hash, which
// is zero when the ref does not exist.
type refContent struct {
	target string
	hash   plumbing.Hash
}

// rawRef reads the loose ref and then, as it may have been packed since, the
// packed one.
func (r *Repo) rawRef(ref string) (refContent, error) {
	if !validRef(ref) {
		return refContent{}, fmt.Errorf("%q: %w: no valid ref name", ref, ErrCorruptRef)
	}
	path := r.refPath(ref)
	if target, err := os.Readlink(path); err == nil && strings.HasPrefix(target, "refs/") {
		return refContent{target: target}, nil
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return r.looseRef(ref, path)
	case err != nil && !absent(err):
		return refContent{}, placed(path, err)
	}
	hash, err := r.packedRef(ref)
	return refContent{hash: hash}, err
}

func (r *Repo) looseRef(ref, path string) (refContent, error) {
	text, err := readSmall(path)
	if absent(err) { // packed just now
		hash, err := r.packedRef(ref)
		return refContent{hash: hash}, err
	}
	if err != nil {
		return refContent{}, placed(path, err)
	}
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		target = strings.Trim(target, " \t\r\n")
		if !validRef(target) {
			return refContent{}, r.corrupt(ref, "names no valid ref")
		}
		return refContent{target: target}, nil
	}
	hash, ok := parseHash(text)
	if !ok {
		reason := "holds no commit"
		if strings.Trim(text, " \t\r\n\x00") == "" {
			reason = "empty"
		}
		return refContent{}, r.corrupt(ref, reason)
	}
	return refContent{hash: hash}, nil
}

// corrupt says how to mend a ref by hand: git itself refuses to touch it.
func (r *Repo) corrupt(ref, reason string) error {
	path, log := r.refPath(ref), r.logPath(ref)
	if ref == "HEAD" {
		return fmt.Errorf("%s: %w: %s; write \"ref: refs/heads/main\" (or your branch) into it; %s lists where it stood (git reflog)", path, ErrCorruptRef, reason, log)
	}
	return fmt.Errorf("%s: %w: %s; its commits are still listed in %s (git reflog): write the last one's name into the file (tail -n 1 %s | cut -d ' ' -f 2)", path, ErrCorruptRef, reason, log, log)
}

// refPath is where a ref lies when it is a file of its own. HEAD and its like
// and a few hierarchies are private to a working tree.
func (r *Repo) refPath(ref string) string {
	return filepath.Join(r.refDir(ref), filepath.FromSlash(ref))
}

func (r *Repo) logPath(ref string) string {
	return filepath.Join(r.refDir(ref), "logs", filepath.FromSlash(ref))
}

func (r *Repo) refDir(ref string) string {
	for _, private := range []string{"refs/bisect/", "refs/worktree/", "refs/rewritten/"} {
		if strings.HasPrefix(ref, private) {
			return r.GitDir
		}
	}
	if strings.HasPrefix(ref, "refs/") {
		return r.CommonDir
	}
	return r.GitDir
}

// packedRef finds "<hash> <ref>" on a line of its own.
func (r *Repo) packedRef(ref string) (plumbing.Hash, error) {
	text, err := r.packedRefs()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	needle := []byte(" " + ref + "\n")
	for rest := text; ; {
		at := bytes.Index(rest, needle)
		if at < 0 {
			return plumbing.ZeroHash, nil
		}
		start := bytes.LastIndexByte(rest[:at], '\n') + 1
		if hash, ok := parseHash(string(rest[start:at])); ok {
			return hash, nil
		}
		rest = rest[at+1:]
	}
}

// packedRefs returns the whole file, nil when there is none.
func (r *Repo) packedRefs() ([]byte, error) {
	path := filepath.Join(r.CommonDir, "packed-refs")
	info, err := os.Stat(path) // before it is opened: a pipe would block
	if absent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, placed(path, err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxPackedRefs {
		return nil, fmt.Errorf("%s: not a regular file of at most %d MiB", path, maxPackedRefs>>20)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, placed(path, err)
	}
	defer f.Close()
	text := make([]byte, info.Size())
	if _, err := io.ReadFull(f, text); err != nil {
		return nil, placed(path, err)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		return nil, fmt.Errorf("%s: %w: cut off in its last line", path, ErrCorruptRef)
	}
	return text, nil
}

// parseHash takes 40 hexadecimal digits, alone or before white space.
func parseHash(s string) (plumbing.Hash, bool) {
	var h plumbing.Hash
	if len(s) < 40 || len(s) > 40 && !strings.ContainsRune(" \t\r\n", rune(s[40])) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(s[:40]))
	return h, err == nil && !h.IsZero()
}

// headObstacles are a HEAD that cannot be read, and a branch that has vanished:
// no ref, but a reflog.
func (r *Repo) headObstacles() []Obstacle {
	if r.unreadable != nil || hasState(r.faults, corruptHead) || hasState(r.faults, damaged) {
		return nil // said already
	}
	head, err := r.Head()
	if err == nil && !head.Commit.IsZero() {
		_, err = r.Commit(head.Commit)
	}
	if err != nil {
		o := Obstacle{State: "unreadable HEAD", Detail: err.Error(), Remedy: "see what git fsck says", Path: filepath.Join(r.GitDir, "HEAD")}
		if errors.Is(err, ErrCorruptRef) {
			o.State, o.Remedy = "corrupt ref", "restore the ref as described, then run git fsck"
		}
		return []Obstacle{o}
	}
	if !head.Commit.IsZero() {
		return nil
	}
	log := r.logPath(head.Ref)
	info, err := os.Stat(log)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return nil
	}
	return []Obstacle{{
		State: "branch without its ref", Detail: head.Ref + " has a reflog but no commit, so its ref was lost and not deleted",
		Remedy: "restore it with git update-ref " + head.Ref + " and the last commit that its reflog lists, or delete " + log, Path: log,
	}}
}
