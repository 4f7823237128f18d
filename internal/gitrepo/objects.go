package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/internal/gitrepo/odb"
)

// ErrCorruptObject means that an object is not what its type says.
var ErrCorruptObject = errors.New("corrupt object")

// Commit is one commit.
type Commit struct {
	Tree    plumbing.Hash
	Parents []plumbing.Hash
	// Time is when it was committed; zero when the commit does not say so.
	Time    time.Time
	Message string
}

// Entry is what a tree holds under a name.
type Entry struct {
	Hash plumbing.Hash
	Mode filemode.FileMode
}

// TreeEntry is one line of a tree.
type TreeEntry struct {
	Name string
	Entry
}

// HasObject reports whether an object exists; it does not read it.
func (r *Repo) HasObject(name plumbing.Hash) bool {
	return r.unreadable == nil && r.objects.Has(name)
}

// Blob returns a blob's content, at most odb.MaxObject bytes. It may be shared
// and must not be changed.
func (r *Repo) Blob(name plumbing.Hash) ([]byte, error) {
	return r.object(name, plumbing.BlobObject)
}

// Commit returns a commit.
func (r *Repo) Commit(name plumbing.Hash) (Commit, error) {
	data, err := r.object(name, plumbing.CommitObject)
	if err != nil {
		return Commit{}, err
	}
	c, err := parseCommit(data)
	if err != nil {
		return Commit{}, fmt.Errorf("commit %s: %w", name, err)
	}
	return c, nil
}

// Tree returns a tree's entries in the order in which they are stored.
func (r *Repo) Tree(name plumbing.Hash) ([]TreeEntry, error) {
	data, err := r.object(name, plumbing.TreeObject)
	if err != nil {
		return nil, err
	}
	var entries []TreeEntry
	err = eachEntry(data, func(name []byte, e Entry) {
		entries = append(entries, TreeEntry{string(name), e})
	})
	if err != nil {
		return nil, fmt.Errorf("tree %s: %w", name, err)
	}
	return entries, nil
}

func (r *Repo) object(name plumbing.Hash, want plumbing.ObjectType) ([]byte, error) {
	if r.unreadable != nil {
		return nil, r.unreadable
	}
	kind, data, err := r.objects.Read(name)
	if errors.Is(err, odb.ErrNotFound) && r.env["GIT_OBJECT_DIRECTORY"] != "" {
		return nil, fmt.Errorf("%w in %s, which GIT_OBJECT_DIRECTORY names; unset it", err, r.ObjectDir)
	}
	if errors.Is(err, odb.ErrNotFound) {
		return nil, fmt.Errorf("%w; `git fsck` names what the repository lacks, and `git fetch` may bring it back", err)
	}
	if err != nil {
		return nil, err
	}
	if kind != want {
		return nil, fmt.Errorf("object %s: is a %s, not a %s", name, kind, want)
	}
	return data, nil
}

// parseCommit reads the headers that matter. Headers may go on in lines that
// begin with a space.
func parseCommit(data []byte) (Commit, error) {
	var c Commit
	head, message, _ := bytes.Cut(data, []byte("\n\n"))
	c.Message = string(message)
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		key, value, _ := bytes.Cut(line, []byte(" "))
		var ok bool
		switch string(key) {
		case "tree":
			c.Tree, ok = parseHash(string(value))
		case "parent":
			var parent plumbing.Hash
			parent, ok = parseHash(string(value))
			c.Parents = append(c.Parents, parent)
		case "committer":
			c.Time, ok = committed(value), true
		default:
			ok = true
		}
		if !ok {
			return c, fmt.Errorf("%w: its %s is no object name", ErrCorruptObject, key)
		}
	}
	if c.Tree.IsZero() {
		return c, fmt.Errorf("%w: it names no tree", ErrCorruptObject)
	}
	return c, nil
}

// committed reads the time behind the address; nonsense is the zero time.
func committed(ident []byte) time.Time {
	_, rest, _ := bytes.Cut(ident[bytes.LastIndexByte(ident, '<')+1:], []byte("> "))
	seconds, zone, _ := bytes.Cut(rest, []byte(" "))
	n, err := strconv.ParseInt(string(seconds), 10, 62)
	if err != nil {
		return time.Time{}
	}
	offset, err := strconv.Atoi(string(zone))
	if err != nil {
		return time.Unix(n, 0).UTC()
	}
	return time.Unix(n, 0).In(time.FixedZone("", (offset/100*60+offset%100)*60))
}

// eachEntry walks a tree object: "<octal mode> <name> NUL <20 bytes>".
func eachEntry(data []byte, yield func(name []byte, e Entry)) error {
	for len(data) > 0 {
		space := bytes.IndexByte(data, ' ')
		end := bytes.IndexByte(data, 0)
		if space < 1 || space > 6 || end < space+2 || len(data) < end+1+20 {
			return fmt.Errorf("%w: its entries are cut off", ErrCorruptObject)
		}
		name := data[space+1 : end]
		mode, ok := parseMode(data[:space])
		if !ok || bytes.IndexByte(name, '/') >= 0 {
			return fmt.Errorf("%w: entry %q", ErrCorruptObject, name)
		}
		yield(name, Entry{plumbing.Hash(data[end+1 : end+21]), mode})
		data = data[end+21:]
	}
	return nil
}

// parseMode takes the kinds that git knows and drops odd permission bits as it
// does.
func parseMode(digits []byte) (filemode.FileMode, bool) {
	var n uint32
	for _, c := range digits {
		if c < '0' || c > '7' {
			return 0, false
		}
		n = n<<3 | uint32(c-'0')
	}
	switch {
	case n>>12 == 0o10 && n&0o100 != 0:
		return filemode.Executable, true
	case n>>12 == 0o10:
		return filemode.Regular, true
	case n>>12 == 0o4:
		return filemode.Dir, true
	case n>>12 == 0o12:
		return filemode.Symlink, true
	case n>>12 == 0o16:
		return filemode.Submodule, true
	}
	return 0, false
}
