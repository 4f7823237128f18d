package walk_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
)

// object is one block of the spec, in a file of its own so that branches merge as
// those of people who take turns do. Kind is file, file_block or file_keys, or
// removed or import for the blocks that speak of an Address.
type object struct {
	kind, name      string
	at              string // the path, where it is not the name
	ownership, mode string
	lines           []string
	position        string
	comment         string
	set             []pair
	list            []string // of tool.list
	from            string   // the address it had
	destroy         bool     // of removed
}

type pair struct{ key, value string }

func (o object) address() string { return hclspec.Address(o.kind, o.name, nil) }

func (o object) path() string {
	if o.at != "" {
		return o.at
	}
	return o.name
}

func (o object) text() string { return strings.Join(o.lines, "\n") + "\n" }

func (o object) declares() bool { return strings.HasPrefix(o.kind, "file") }

// hcl is the object's spec file.
func (o object) hcl() string {
	switch o.kind {
	case "removed":
		return fmt.Sprintf("removed {\n  from = %s\n  lifecycle {\n    destroy = %t\n  }\n}\n", o.name, o.destroy)
	case "import":
		return fmt.Sprintf("import {\n  to = %s\n}\n", o.name)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q {\n", o.kind, o.name)
	for _, a := range []pair{{"path", o.at}, {"ownership", o.ownership}, {"mode", o.mode}, {"position", o.position}, {"comment", o.comment}} {
		if a.value != "" {
			fmt.Fprintf(&b, "  %s = %q\n", a.key, a.value)
		}
	}
	if o.kind == "file_keys" {
		b.WriteString("  set = {\n")
		for _, kv := range o.set {
			fmt.Fprintf(&b, "    %q = %q\n", kv.key, kv.value)
		}
		b.WriteString("  }\n")
		if len(o.list) > 0 {
			fmt.Fprintf(&b, "  append = { \"tool.list\" = [\"%s\"] }\n", strings.Join(o.list, `", "`))
		}
	} else {
		fmt.Fprintf(&b, "  content = %q\n", o.text())
	}
	b.WriteString("}\n")
	if o.from != "" {
		fmt.Fprintf(&b, "\nmoved {\n  from = %s\n  to   = %s\n}\n", o.from, o.address())
	}
	return b.String()
}

// names are the spec files in order, of objects only if so asked.
func (w *world) names(want func(object) bool) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(w.spec)) {
		if want(w.spec[name]) {
			out = append(out, name)
		}
	}
	return out
}

func (w *world) isFile(o object) bool { return o.kind == "file" }

// byPath are the objects at each path.
func (w *world) byPath() map[string][]object {
	out := map[string][]object{}
	for _, name := range w.names(object.declares) {
		o := w.spec[name]
		out[o.path()] = append(out[o.path()], o)
	}
	return out
}

// change tries an edit of the spec; one that cannot be meant is taken back, as a
// user who reads the message does.
func (w *world) change(what string, edit func()) bool {
	w.Helper()
	before := maps.Clone(w.spec)
	edit()
	w.writeSpec()
	if r := w.mlops("validate"); r.code != 0 {
		w.note("  %s: %s", what, firstLine(r.err))
		w.counts["spec faults"]++
		w.spec = before
		w.writeSpec()
		return false
	}
	w.note("  %s", what)
	return true
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// writeSpec makes the spec files those of the model.
func (w *world) writeSpec() {
	for _, name := range w.specFiles() {
		if _, ok := w.spec[name]; !ok {
			os.Remove(w.path(name))
		}
	}
	for name, o := range w.spec {
		text := o.hcl()
		w.known[text] = o
		if w.read(name) != text {
			w.write(name, text)
		}
	}
}

func (w *world) specFiles() (out []string) {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		w.fail("%v", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".mlops.hcl") {
			out = append(out, e.Name())
		}
	}
	return out
}

func (w *world) specName(prefix string) string {
	return fmt.Sprintf("%s%06d.mlops.hcl", prefix, w.id())
}

func (w *world) specGains() {
	o := w.newObject()
	w.change("gains "+o.address()+" at "+o.path()+" "+o.ownership, func() { w.spec[w.specName("o")] = o })
}

var folders = []string{"", "", "src/", "src/deep/er/", "docs/"}

// newObject is an object that the spec did not have.
func (w *world) newObject() object {
	id := w.id()
	switch w.rng.IntN(8) {
	case 0, 1:
		o := object{kind: "file_block", name: fmt.Sprintf("b%d", id), at: w.blockPath(), lines: w.lines(3)}
		o.position, o.comment = pick(w.rng, []string{"", "start", "end"}), "#"
		return o
	case 2:
		o := object{kind: "file_keys", name: fmt.Sprintf("k%d", id), at: pick(w.rng, []string{"conf.toml", "conf.yaml", "conf.json", "new.toml", "new.json", "new.yaml"})}
		for i := range 1 + w.rng.IntN(3) {
			o.set = append(o.set, pair{fmt.Sprintf("tool%d.k%d", i, id), w.line()})
		}
		for range w.rng.IntN(3) {
			o.list = append(o.list, w.line())
		}
		return o
	}
	o := object{kind: "file", lines: w.lines(8), ownership: pick(w.rng, []string{"", "", "shared", "shared", "shared", "user"})}
	o.name = fmt.Sprintf("%sf%d.txt", pick(w.rng, folders), id)
	if w.rng.IntN(3) == 0 {
		o.at, o.name = o.name, fmt.Sprintf("n%d", id)
	}
	if w.rng.IntN(6) == 0 {
		o.mode = "0755"
	}
	if free := w.unmanaged(); w.rng.IntN(6) == 0 && len(free) > 0 {
		o.name, o.at = fmt.Sprintf("n%d", id), pick(w.rng, free)
	}
	return o
}

// blockPath is a file for a region: one of the user's, one that is written once,
// or one that is not there.
func (w *world) blockPath() string {
	paths := []string{".gitignore", "notes.txt", "made.txt", "src/made.txt"}
	for _, name := range w.names(w.isFile) {
		if o := w.spec[name]; o.ownership == "user" {
			paths = append(paths, o.path())
		}
	}
	return pick(w.rng, paths)
}

func (w *world) lines(n int) (out []string) {
	for range 1 + w.rng.IntN(n) {
		out = append(out, w.line())
	}
	return out
}

// some returns the name of one of the objects that fit, or "".
func (w *world) some(want func(object) bool) string {
	names := w.names(want)
	if len(names) == 0 {
		return ""
	}
	return pick(w.rng, names)
}

func (w *world) specChanges() {
	name := w.some(object.declares)
	if name == "" {
		return
	}
	o := w.spec[name]
	if o.kind == "file_keys" {
		o.set, o.list = slices.Clone(o.set), slices.Clone(o.list)
		w.changeKeys(&o)
	} else {
		o.lines = slices.Clone(o.lines)
		w.changeLines(&o)
	}
	w.change("changes "+o.address()+" at "+o.path(), func() { w.spec[name] = o })
}

func (w *world) changeLines(o *object) {
	at := w.rng.IntN(len(o.lines))
	switch n := w.rng.IntN(12); {
	case n < 6:
		o.lines[at] = w.line()
	case n < 9:
		o.lines = slices.Insert(o.lines, at, w.line())
	case n < 11 && len(o.lines) > 1:
		o.lines = slices.Delete(o.lines, at, at+1)
	case o.kind == "file" && o.mode == "":
		o.mode = "0755"
	default:
		o.mode = ""
	}
}

func (w *world) changeKeys(o *object) {
	at := w.rng.IntN(len(o.set))
	switch w.rng.IntN(6) {
	case 0, 1:
		o.set[at].value = w.line()
	case 2:
		o.set = append(o.set, pair{fmt.Sprintf("tool%d.k%d", w.rng.IntN(3), w.id()), w.line()})
	case 3:
		if len(o.set) > 1 {
			o.set = slices.Delete(o.set, at, at+1)
		}
	case 4:
		o.list = append(o.list, w.line())
	default:
		if len(o.list) > 0 {
			o.list = o.list[1:]
		}
	}
}

func (w *world) specDrops() {
	name := w.some(object.declares)
	if name == "" {
		return
	}
	o := w.spec[name]
	w.change("drops "+o.address()+" at "+o.path(), func() {
		delete(w.spec, name)
		if w.rng.IntN(3) == 0 {
			w.removes(o.address())
		}
	})
}

// removes adds a removed block, and drops what would contradict it.
func (w *world) removes(address string) {
	w.spec[w.specName("r")] = object{kind: "removed", name: address, destroy: w.rng.IntN(2) == 0}
}

// specMoves gives an object another address, another path or both.
func (w *world) specMoves() {
	name := w.some(object.declares)
	if name == "" {
		return
	}
	o := w.spec[name]
	was := o
	id := w.id()
	said := w.rng.IntN(4) > 0
	switch {
	case o.kind != "file" && w.rng.IntN(2) == 0:
		o.name = fmt.Sprintf("%s%d", o.kind[5:6], id)
	case o.kind == "file_block":
		o.at = w.blockPath()
	case o.kind == "file_keys":
		o.at = pick(w.rng, []string{"conf.toml", "conf.yaml", "conf.json", "new.toml"})
	case o.at != "":
		o.at = fmt.Sprintf("%sf%d.txt", pick(w.rng, folders), id)
		if w.rng.IntN(6) == 0 {
			o.at = was.at + "/below.txt"
		}
	default:
		o.name = fmt.Sprintf("%sf%d.txt", pick(w.rng, folders), id)
	}
	if o.address() != was.address() && said {
		o.from = was.address()
	}
	if said && w.rng.IntN(3) == 0 && o.kind != "file_keys" {
		w.changeLines(&o)
	}
	w.change(fmt.Sprintf("moves %s at %s to %s at %s (said %t)", was.address(), was.path(), o.address(), o.path(), o.from == was.address()), func() {
		w.spec[name] = o
		w.follow(was, o)
	})
}

// follow lets a user file's parts move with it.
func (w *world) follow(was, now object) {
	for _, name := range w.names(func(o object) bool { return o.kind == "file_block" && o.at == was.path() }) {
		o := w.spec[name]
		if was.kind == "file" {
			o.at = now.path()
			w.spec[name] = o
		}
	}
}

// specSwaps lets two files change places.
func (w *world) specSwaps() {
	names := w.names(func(o object) bool { return o.kind == "file" && o.at != "" })
	if len(names) < 2 {
		return
	}
	i := w.rng.IntN(len(names) - 1)
	a, b := w.spec[names[i]], w.spec[names[i+1]]
	a.at, b.at = b.at, a.at
	w.change("swaps "+a.address()+" and "+b.address()+": "+b.at+", "+a.at, func() { w.spec[names[i]], w.spec[names[i+1]] = a, b })
}

func (w *world) specOwns() {
	name := w.some(w.isFile)
	if name == "" {
		return
	}
	o := w.spec[name]
	o.ownership = pick(w.rng, []string{"spec", "shared", "user"})
	w.change("makes "+o.address()+" at "+o.path()+" "+o.ownership, func() { w.spec[name] = o })
}

// specTidies drops what has been done: moved, removed and import blocks.
func (w *world) specTidies() {
	w.apply()
	w.change("drops what is done", func() {
		for name, o := range w.spec {
			if !o.declares() {
				delete(w.spec, name)
				continue
			}
			o.from = ""
			w.spec[name] = o
		}
	})
}
