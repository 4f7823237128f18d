package walk_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// mine are the files that a user would edit: all but those of git and mlops.
func (w *world) mine() (out []string) {
	all := w.files()
	for _, p := range slices.Sorted(maps.Keys(all)) {
		if all[p].mode.IsRegular() && !strings.HasSuffix(p, ".hcl") && !strings.HasPrefix(p, ".mlops/") && p != "mlops.lock.json" && !strings.HasPrefix(p, "kept/") {
			out = append(out, p)
		}
	}
	return out
}

// unmanaged are files of the user's that no object is about.
func (w *world) unmanaged() (out []string) {
	managed := w.byPath()
	for _, p := range w.mine() {
		if len(managed[p]) == 0 && strings.HasPrefix(path.Base(p), "own") {
			out = append(out, p)
		}
	}
	return out
}

// someFile is a file of the user's or of an object, mostly the latter.
func (w *world) someFile() string {
	all := w.mine()
	if len(all) == 0 {
		w.userCreates()
		all = w.mine()
	}
	var managed []string
	objects := w.byPath()
	for _, p := range all {
		if len(objects[p]) > 0 {
			managed = append(managed, p)
		}
	}
	if len(managed) > 0 && w.rng.IntN(4) > 0 {
		return pick(w.rng, managed)
	}
	return pick(w.rng, all)
}

// edit is the user's: tokens that are no longer there were given up.
func (w *world) edit(name, text string) {
	old := w.read(name)
	w.write(name, text)
	for _, u := range tokens.FindAllString(old, -1) {
		if !strings.Contains(text, u) {
			w.given[u] = true
		}
	}
}

func (w *world) userInserts() {
	name := w.someFile()
	text := w.read(name)
	u := w.token()
	lines := strings.SplitAfter(text, "\n")
	at := w.rng.IntN(len(lines))
	line := "line " + u + "\n"
	switch path.Ext(name) {
	case ".toml", ".yaml":
		line = "# " + u + "\n"
	case ".json":
		at, line = 1, "  \""+u+"\": 1,\n"
		if len(lines) < 3 || lines[0] != "{\n" || strings.HasPrefix(strings.TrimSpace(lines[1]), "}") {
			return
		}
	}
	if at > 0 && !strings.HasSuffix(lines[at-1], "\n") {
		line = "\n" + line
	}
	w.note("  %s into %s before line %d", u, name, at+1)
	w.edit(name, strings.Join(slices.Insert(lines, at, line), ""))
}

// userReplaces changes a line, or the value of a key.
func (w *world) userReplaces() {
	name := w.someFile()
	text := w.read(name)
	lines := strings.SplitAfter(text, "\n")
	at := w.rng.IntN(len(lines))
	u := w.token()
	switch ext := path.Ext(name); {
	case ext == ".toml" || ext == ".yaml" || ext == ".json":
		i := strings.Index(lines[at], "s-")
		if i < 0 {
			return
		}
		lines[at] = lines[at][:i] + u + lines[at][i+8:]
	default:
		lines[at] = "line " + u + "\n"
	}
	w.note("  %s in %s as line %d", u, name, at+1)
	w.edit(name, strings.Join(lines, ""))
}

func (w *world) userDeletesLines() {
	name := w.someFile()
	lines := strings.SplitAfter(w.read(name), "\n")
	at := w.rng.IntN(len(lines))
	if ext := path.Ext(name); (ext == ".yaml" || ext == ".json" || ext == ".toml") && !strings.Contains(lines[at], "#") {
		return
	}
	w.note("  line %d of %s", at+1, name)
	w.edit(name, strings.Join(slices.Delete(lines, at, at+1), ""))
}

func (w *world) userDeletes() {
	name := w.someFile()
	w.note("  %s", name)
	w.edit(name, "")
	os.Remove(w.path(name))
}

func (w *world) userChmods() {
	name := w.someFile()
	info, err := os.Stat(w.path(name))
	if err != nil {
		w.fail("%v", err)
	}
	w.note("  %s", name)
	if err := os.Chmod(w.path(name), info.Mode().Perm()^0o111); err != nil {
		w.fail("%v", err)
	}
}

// userRenames moves a file somewhere else, with git or without.
func (w *world) userRenames() {
	name := w.someFile()
	to := fmt.Sprintf("%sown%d.txt", pick(w.rng, folders), w.id())
	w.note("  %s to %s", name, to)
	w.moveAway(name, to)
}

func (w *world) moveAway(name, to string) {
	if err := os.MkdirAll(filepath.Dir(w.path(to)), 0o777); err != nil {
		w.fail("%v", err)
	}
	if !w.crashed && w.rng.IntN(2) == 0 {
		if _, err := w.tryGit("mv", name, to); err == nil {
			return
		}
	}
	if err := os.Rename(w.path(name), w.path(to)); err != nil {
		w.fail("%v", err)
	}
}

// userCreates writes a file that nobody asked for, also where an object could
// want one.
func (w *world) userCreates() {
	name := fmt.Sprintf("%sown%d.txt", pick(w.rng, folders), w.id())
	for _, o := range w.names(object.declares) {
		if p := w.spec[o].path(); w.rng.IntN(3) == 0 && w.vacant(p) {
			name = p
			break
		}
	}
	u := w.token()
	w.note("  %s with %s", name, u)
	w.edit(name, "own\n"+u+"\n")
}

// vacant reports whether a file can be written there.
func (w *world) vacant(name string) bool {
	if _, err := os.Lstat(w.path(name)); err == nil {
		return false
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if info, err := os.Lstat(w.path(dir)); err == nil && !info.IsDir() {
			return false
		}
	}
	return true
}

// userEnds toggles the last line's end, or the kind of all line ends.
func (w *world) userEnds() {
	name := w.someFile()
	text := w.read(name)
	switch {
	case w.rng.IntN(2) == 0 && strings.HasSuffix(text, "\n"):
		w.write(name, strings.TrimRight(text, "\r\n"))
	case strings.Contains(text, "\r\n"):
		w.write(name, strings.ReplaceAll(text, "\r\n", "\n"))
	default:
		w.write(name, strings.ReplaceAll(text, "\n", "\r\n"))
	}
	w.note("  %s", name)
}

// userReplacesType puts a link or a folder where a file was.
func (w *world) userReplacesType() {
	name := w.someFile()
	w.note("  %s", name)
	w.edit(name, "")
	os.Remove(w.path(name))
	if w.rng.IntN(2) == 0 {
		if err := os.Symlink(w.token(), w.path(name)); err != nil {
			w.fail("%v", err)
		}
		return
	}
	w.edit(name+"/inner.txt", w.token()+"\n")
}

func (w *world) userStages() {
	if w.crashed {
		return // git waits for the run that clears up
	}
	name := w.someFile()
	w.note("  %s", name)
	w.git("add", "--", name)
}

// userCommits commits one file, what is staged, or everything.
func (w *world) userCommits() {
	if w.crashed {
		return
	}
	switch w.rng.IntN(3) {
	case 0:
		w.commitAll("all")
	case 1:
		name := w.someFile()
		w.note("  %s", name)
		w.git("add", "--", name)
		w.git("commit", "-q", "--allow-empty", "-m", "user: "+name, "--", name)
	default:
		w.git("commit", "-q", "--allow-empty", "-m", "user: what is staged")
	}
}

func (w *world) commitAll(message string) {
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", message)
}
