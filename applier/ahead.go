package applier

import (
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// ahead is work on a long content that needs nothing else and so begins, beside
// everything that does, when the plan was loaded. In a large project that is the
// lock file: it lists all files, however few change.
type ahead struct {
	digest func() string
	hash   func() plumbing.Hash
	loose  func() []byte
}

// From which length on that is worth a goroutine, and up to how many files the
// objects are not packed.
const (
	aheadFrom  = 512 << 10
	aheadFiles = 50
)

// getAhead begins work on the lock file.
func (t *tx) getAhead() {
	f := t.lockFile
	if f == nil || len(f.content) < aheadFrom || len(t.files) > aheadFiles || t.req.Workers < 2 {
		return
	}
	a := &ahead{
		digest: sync.OnceValue(func() string { return digestOf(f.content) }),
		hash:   sync.OnceValue(func() plumbing.Hash { return gitwrite.HashOf(gitwrite.Blob, f.content) }),
		loose:  sync.OnceValue(func() []byte { return gitwrite.Loose(gitwrite.Blob, f.content) }),
	}
	f.ahead = a
	go func() { a.digest(); a.hash() }()
	if t.repo != nil && t.plan.Commit.Enabled && t.plan.Commit.Backend != backendGit {
		go a.loose()
	}
}

// names are the digest of content and, if it was computed ahead, its name as an
// object; a may be nil.
func (a *ahead) names(content []byte) (digest string, hash plumbing.Hash) {
	if a == nil {
		return digestOf(content), hash
	}
	return a.digest(), a.hash()
}

// same reports whether two slices are one.
func same(a, b []byte) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
