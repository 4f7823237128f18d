package gitwrite

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// LogEntry is one line of a reflog.
type LogEntry struct {
	Old, New plumbing.Hash
	// Committer is name, address, seconds and zone, as in a commit.
	Committer string
	// Message is one line, such as "commit: subject".
	Message string
}

// AppendLog adds a line to the reflog at path. Without create it does so only
// when there is a reflog.
func AppendLog(dir fsops.Dir, name string, e LogEntry, create bool) error {
	info, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil
		}
		if _, err := fsops.MkdirAll(dir, name[:strings.LastIndexByte(name, '/')], 0o777); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	message := strings.Join(strings.Fields(clean(e.Message)), " ")
	line := fmt.Sprintf("%s %s %s\t%s\n", e.Old, e.New, e.Committer, message)
	if info != nil && !endsInNewline(dir, name, info.Size()) {
		line = "\n" + line // a full disk cut the last line; git skips such a line
	}
	f, err := dir.Append(name, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write([]byte(line))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

func endsInNewline(dir fsops.Reader, name string, size int64) bool {
	if size == 0 {
		return true
	}
	f, err := dir.Open(name)
	if err != nil {
		return true // Append will tell
	}
	defer f.Close()
	var b [1]byte
	_, err = f.ReadAt(b[:], size-1)
	return err != nil || b[0] == '\n'
}

// CreateRef makes a new ref, or fails with fs.ErrExist. private is a name for a
// temporary file.
func CreateRef(dir fsops.Dir, ref string, to plumbing.Hash, private string) error {
	if err := gone(dir.Remove(private)); err != nil {
		return err
	}
	if _, err := fsops.MkdirAll(dir, ref[:strings.LastIndexByte(ref, '/')], 0o777); err != nil {
		return err
	}
	if _, err := fsops.WriteFile(dir, private, []byte(to.String()+"\n"), 0o666); err != nil {
		return err
	}
	err := dir.Link(private, ref)
	if err != nil && linkless(err) {
		if _, serr := dir.Lstat(ref); errors.Is(serr, fs.ErrNotExist) {
			return dir.Rename(private, ref)
		}
	}
	if rerr := dir.Remove(private); err == nil {
		err = rerr
	}
	return err
}

// ClearRefDirs removes the empty directories that deleted refs below ref left
// in its place, as git does before it writes a ref.
func ClearRefDirs(dir fsops.Dir, ref string) error {
	info, err := dir.Lstat(ref)
	if err != nil || !info.IsDir() {
		return gone(err)
	}
	list, err := dir.ReadDir(ref)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !e.IsDir() {
			return fmt.Errorf("%s: a ref %s/%s is in the way", ref, ref, e.Name())
		}
		if err := ClearRefDirs(dir, ref+"/"+e.Name()); err != nil {
			return err
		}
	}
	return dir.Remove(ref)
}
