//go:build !unix

package gitrepo

// ownerOf knows no owners here.
func ownerOf(string) (uid int, known bool) { return 0, false }

// deviceOf knows no file systems here.
func deviceOf(string) (device uint64, known bool) { return 0, false }
