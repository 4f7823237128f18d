package plancache

import (
	"io/fs"
	"syscall"
)

// StampOf is the stat data of a file; ok is false where the system has none.
func StampOf(info fs.FileInfo) (s Stamp, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return Stamp{}, false
	}
	return Stamp{Size: st.Size, MTime: st.Mtim.Nano(), CTime: st.Ctim.Nano(), Ino: st.Ino}, true
}
