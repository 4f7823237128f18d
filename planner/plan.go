package planner

// FormatVersion is the version of the plan document.
const FormatVersion = "1.0"

// Plan is the complete, sorted list of changes with everything apply needs.
// It is canonical: the same inputs give the same bytes, and it holds no time,
// no absolute path and no sensitive value. The text renderer reads only it.
type Plan struct {
	FormatVersion string `json:"format_version"`
	MlopsVersion  string `json:"mlops_version"`
	// ID is "sha256:" and the digest of the document with plan_id empty and
	// without blobs.
	ID      string `json:"plan_id"`
	Project string `json:"project"`
	// Mode is "apply", "destroy", "refresh-only" or "undo".
	Mode        string       `json:"mode"`
	Inputs      Inputs       `json:"inputs"`
	Changes     []Change     `json:"changes"`
	Drift       []Drift      `json:"drift"`
	Leftover    []FileRef    `json:"leftover"`
	Checks      []Check      `json:"checks"`
	Diagnostics []Diagnostic `json:"diagnostics"`
	// Notes are sentences on what apply would leave out or refuse.
	Notes   []string `json:"notes,omitempty"`
	Summary Summary  `json:"summary"`
	// Lock is the lock file's transition; nil when apply would not change it.
	// Its new bytes are a blob.
	Lock *Transition `json:"lock"`
	// Store are the merge bases that come and go with it.
	Store  []Stored `json:"store,omitempty"`
	Commit Commit   `json:"commit"`
	// Blobs maps a State's digest to the bytes: the new bytes of every change
	// and, for text, the old ones for the diff. Only --out writes it.
	Blobs map[string][]byte `json:"blobs,omitempty"`
}

// Inputs are digests of what the plan was computed from; a saved plan is stale
// when one of them differs.
type Inputs struct {
	Spec      string `json:"spec"`
	Variables string `json:"variables"`
	Lock      string `json:"lock"` // "" when there is no lock file
	// Files are the variable files that apply by themselves; Globs the patterns
	// whose listing the spec depends on.
	Files map[string]string `json:"files,omitempty"`
	Globs map[string]string `json:"globs,omitempty"`
	// Probes are the paths whose existence the spec asked for.
	Probes map[string]bool `json:"probes,omitempty"`
}

// Change is one file-level action. Paths are relative to the project root,
// with slashes.
type Change struct {
	Address string `json:"address"`
	Path    string `json:"path"`
	Kind    string `json:"kind"`
	// Actions is ["create"], ["update"], ["delete"], ["move"] (the file comes from
	// PreviousPath), ["move", "update"], ["adopt"] (lock only, the bytes are
	// already right), ["forget"] (lock only, the file stays) or ["conflict"] (a
	// person decides; apply refuses).
	Actions []string `json:"actions"`
	// PreviousAddress is what the object was called before it moved.
	PreviousAddress string `json:"previous_address,omitempty"`
	// PreviousPath is where the file stood, and Previous what stands there.
	PreviousPath string `json:"previous_path,omitempty"`
	Previous     *State `json:"previous,omitempty"`
	// Class is the row of Classes that the object stands in.
	Class string `json:"class"`
	// Because names the inputs that changed, in words.
	Because []string `json:"because,omitempty"`
	// Message says what is in conflict and what to do; Paste is a block for the
	// spec that would settle it.
	Message string `json:"message,omitempty"`
	Paste   string `json:"paste,omitempty"`
	// Merge is "clean" when edits of the user were merged with changes of the
	// spec, or "conflict"; Conflicts are the places that a person decides.
	Merge     string     `json:"merge,omitempty"`
	Conflicts []Conflict `json:"conflicts,omitempty"`
	// Keys are the keys of a file_keys object that change.
	Keys []KeyChange `json:"keys,omitempty"`
	// Drift is "" or how the disk differs from the last apply: "modified",
	// "deleted", "mode", "symlink", "directory".
	Drift  string `json:"drift,omitempty"`
	Before *State `json:"before"`
	After  *State `json:"after"`
	Range  *Range `json:"range,omitempty"`
}

// Conflict is one place that both the user and the spec changed.
type Conflict struct {
	// Base is absent when the bytes last rendered are not known.
	Base   *Excerpt `json:"base,omitempty"`
	Mine   Excerpt  `json:"mine"`
	Theirs Excerpt  `json:"theirs"`
}

// Excerpt is a run of whole lines; Line counts from 1. A run of no lines stands
// before Line.
type Excerpt struct {
	Line  int    `json:"line"`
	Lines int    `json:"lines"`
	Text  string `json:"text"`
}

// KeyChange is one key of a file before and after. The values are JSON; ""
// means that the key is not there.
type KeyChange struct {
	Key    string `json:"key"`
	Op     string `json:"op"` // "set", "append", "remove" or "unset"
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Drift is true when the value is not the one last applied.
	Drift bool `json:"drift,omitempty"`
}

// Stored is a file of mlops's own that an apply writes or removes: the merge
// bases of shared files.
type Stored struct {
	Path string `json:"path"`
	Transition
}

// State is one side of a change: what stands at a path.
type State struct {
	// Type is "file", "symlink" (the bytes are the target) or "directory".
	Type string `json:"type"`
	// Digest is "sha256:<hex>" of the exact bytes; "" for a directory.
	Digest string `json:"digest,omitempty"`
	// Mode is "0644" or "0755"; "" when not a file.
	Mode   string `json:"mode,omitempty"`
	Size   int64  `json:"size"`
	Binary bool   `json:"binary,omitempty"`
}

// Transition is a file's bytes before and after, as digests; "" means absent.
type Transition struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// FileRef names a file as it is on disk. Digest "" means: absent on disk, to be
// removed from the commit.
type FileRef struct {
	Path   string `json:"path"`
	Digest string `json:"digest,omitempty"`
	Mode   string `json:"mode,omitempty"`
}

// Drift is a managed path that differs from what was last applied.
type Drift struct {
	Address string `json:"address"`
	Path    string `json:"path"`
	// Drift and Class are as in Change.
	Drift string `json:"drift"`
	Class string `json:"class"`
	// Will is "overwrite", "restore", "merge", "keep", "delete", "refuse" or "none"
	// (refresh-only).
	Will string `json:"will"`
	// Keys are those of a file_keys object that differ.
	Keys []string `json:"keys,omitempty"`
}

// Check is the outcome of one assertion.
type Check struct {
	Name     string `json:"name"`
	Status   string `json:"status"` // "pass" or "fail"
	Severity string `json:"severity"`
	Message  string `json:"message,omitempty"`
	Range    *Range `json:"range,omitempty"`
}

// Summary counts the actions. Adopted and mode-only changes count as change.
type Summary struct {
	Add      int `json:"add"`
	Change   int `json:"change"`
	Destroy  int `json:"destroy"`
	Move     int `json:"move,omitempty"`
	Forget   int `json:"forget,omitempty"`
	Adopt    int `json:"adopt,omitempty"`
	Kept     int `json:"kept,omitempty"`
	Conflict int `json:"conflict,omitempty"`
	Drift    int `json:"drift,omitempty"`
}

// Commit says what apply commits beside the changed paths, and how.
type Commit struct {
	// Enabled is false for --no-commit and for git { commit = false }.
	Enabled bool `json:"enabled"`
	// Backend is "mlops" or "git".
	Backend string `json:"backend,omitempty"`
	// Message is the subject and body, without trailers.
	Message       string  `json:"message,omitempty"`
	Author        *Person `json:"author,omitempty"`
	DefaultBranch string  `json:"default_branch,omitempty"`
	// Include are the spec files, local templates and sources the plan read,
	// with their digests at plan time.
	Include []FileRef `json:"include,omitempty"`
}

// Person is a git identity.
type Person struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Diagnostic has the shape of terraform validate -json.
type Diagnostic struct {
	Severity string `json:"severity"` // "error" or "warning"
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Range    *Range `json:"range,omitempty"`
}

// Range is a place in a source file; lines and columns count from 1.
type Range struct {
	Filename string `json:"filename"`
	Start    Pos    `json:"start"`
	End      Pos    `json:"end"`
}

// Pos is a position; Column counts grapheme clusters, Byte counts from 0.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}
