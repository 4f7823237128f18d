//go:build unix

package hooks

import (
	"os"
	"syscall"
)

// ownership is who may write to the file that a path leads to.
func ownership(name string) (at owned, known bool, err error) {
	info, err := os.Stat(name)
	if err != nil {
		return owned{}, false, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owned{}, false, nil
	}
	return owned{int(stat.Uid), info.Mode().Perm()}, true, nil
}
