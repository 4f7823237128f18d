package cmd

import (
	"io/fs"
	"path/filepath"
	"runtime"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/catalog"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// resolver finds the components that the spec names, without any connection: the
// lock says which, the cache has them.
func (s *session) resolver() *components.Resolver {
	return &components.Resolver{Builtin: catalog.Files(), Project: s.files(), Pins: s.pins, Open: s.a.openTree, Watch: s.watch}
}

// files are the project directory's.
func (s *session) files() fs.FS {
	if s.root == nil {
		return nil
	}
	return s.root.FS()
}

// pins are what the lock pins, by address.
func (s *session) pins() (map[string]lockfile.Component, error) {
	if err := s.reading(); err != nil {
		return nil, err
	}
	out := map[string]lockfile.Component{}
	for _, c := range s.lock.Components {
		out[c.Address] = c
	}
	return out, nil
}

func (a *app) openTree(digest string) (*components.Tree, error) {
	dir, err := a.cacheDir()
	if err != nil {
		return nil, err
	}
	return components.NewCache(dir).Open(digest)
}

// cacheDir is the folder of the component cache.
func (a *app) cacheDir() (string, error) {
	return components.CacheDir(a.getenv("MLOPS_CACHE_DIR"), a.userDir(cacheDirs))
}

// userDirs are where the systems have a user keep things of one kind. On Windows it is a
// variable, on macOS a folder below home, on others a variable or the folder below home.
type userDirs struct {
	windows string
	mac     []string
	xdg     string
	home    string
}

var (
	// cacheDirs are for what can be made again, configDirs for settings.
	cacheDirs  = userDirs{"LocalAppData", []string{"Library", "Caches"}, "XDG_CACHE_HOME", ".cache"}
	configDirs = userDirs{"AppData", []string{"Library", "Application Support"}, "XDG_CONFIG_HOME", ".config"}
)

// userDir is where the user keeps things of a kind; "" when the environment does not tell.
func (a *app) userDir(kind userDirs) string {
	home := a.getenv("HOME")
	switch runtime.GOOS {
	case "windows":
		return a.getenv(kind.windows)
	case "darwin", "ios":
		return below(home, kind.mac...)
	}
	if dir := a.getenv(kind.xdg); filepath.IsAbs(dir) {
		return dir
	}
	return below(home, kind.home)
}

func below(home string, parts ...string) string {
	if home == "" {
		return ""
	}
	return filepath.Join(append([]string{home}, parts...)...)
}
