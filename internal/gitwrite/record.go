package gitwrite

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/mlops-as-code/mlops/internal/fsops"
)

// Record is what a running apply says about itself in its private directory, so
// that another process can name it and, after a kill, clear up behind it. It is
// there exactly while an apply runs, and after one that did not end in order.
type Record struct {
	PID       int       `json:"pid"`
	Host      string    `json:"host"`
	User      string    `json:"user"`
	Operation string    `json:"operation"`
	Version   string    `json:"version"`
	Started   time.Time `json:"started"`
	Plan      string    `json:"plan"`
	// Locks are the files whose locks are taken, in this order.
	Locks []string `json:"locks,omitempty"`
	// Commit is the commit that HEAD is to have, "" when none is made.
	Commit string `json:"commit,omitempty"`
	// Entries are paths that the commit does not change but the index does,
	// with what the index had: the user had staged something.
	Entries map[string]string `json:"entries,omitempty"`
	// Backup is where overwritten bytes are kept, "" when none are.
	Backup string `json:"backup,omitempty"`
}

const recordLimit = 1 << 20

func recordName(private string) string { return private + "/apply.json" }

// ReadRecord returns the record in a private directory, nil when there is none
// or it cannot be understood.
func ReadRecord(dir fsops.Reader, private string) *Record {
	data, err := fsops.ReadFile(dir, recordName(private), recordLimit)
	if err != nil {
		return nil
	}
	var r Record
	if json.Unmarshal(data, &r) != nil {
		return nil
	}
	return &r
}

// Write puts the record into a private directory, whole or not at all.
func (r *Record) Write(dir fsops.Dir, private string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	tmp := recordName(private) + ".tmp"
	if err := gone(dir.Remove(tmp)); err != nil {
		return err
	}
	if _, err := fsops.WriteFile(dir, tmp, append(data, '\n'), 0o666); err != nil {
		return err
	}
	if err := dir.Rename(tmp, recordName(private)); err != nil {
		_ = dir.Remove(tmp)
		return err
	}
	return nil
}

// RemoveRecord removes the record: the apply ended in order.
func RemoveRecord(dir fsops.Dir, private string) error {
	return errors.Join(gone(dir.Remove(recordName(private)+".tmp")), gone(dir.Remove(recordName(private))))
}
