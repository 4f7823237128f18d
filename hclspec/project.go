package hclspec

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/zclconf/go-cty/cty"
)

// Project is the evaluated spec: typed, complete and free of references.
type Project struct {
	Facts   Facts
	Files   []*File // in order of declaration; for_each instances by key
	Moves   []Move
	Removed []Removal
	Imports []Import
	Readme  *Readme // nil when the spec has none
	Git     Git
	Outputs []Output
	Checks  []*Check
	// Components are the instances of components, outer before inner.
	Components []ComponentUse
	// Pins are the addresses of all component blocks, those inside components too,
	// whether they are enabled or not.
	Pins []string
	// Variables describe the inputs, by name.
	Variables []Variable
	// Spec and Reads are the files the evaluation read, with digests of their
	// exact bytes.
	Spec  []Read
	Reads *Reads
	// SpecDigest and VarsDigest stand for the spec's text and for the values of
	// the variables that are not sensitive.
	SpecDigest, VarsDigest string
	// Links are the references between nodes, for graphs.
	Links []Link

	eval *evaluator
}

// Facts are what the project block states, with defaults filled in.
type Facts struct {
	Name, Title, Summary, Package, License, Repository string
	Python                                             []string
	Authors                                            []Person
	// Value is the same as an object, as templates see it.
	Value cty.Value
	Range hcl.Range
}

// Person is a name and an e-mail address, which may be empty.
type Person struct{ Name, Email string }

// File is one file the spec wants, or a part of one. Exactly one of Content,
// Source, Template, Card and Keys says what is in it.
type File struct {
	Address string
	Kind    string // "file", "file_block", "file_keys" or "directory"
	Path    safepath.Path
	// HasContent tells an empty content from none.
	HasContent     bool
	Content        string
	Source         string
	Template       string
	Vars           cty.Value // an object; cty.NilVal when there are none
	Card           *Card
	Mode           string // "0644" or "0755"
	Ownership      string // "spec", "shared" or "user"
	PreventDestroy bool
	Region         *Region // of a file_block, whose text is Content
	Keys           *Keys   // of a file_keys
	Post           []Condition
	// Inputs are what the file was made from, for "because".
	Inputs []Input
	// Range is the block's header; BodyRange the attribute that holds the bytes.
	Range, PathRange, BodyRange hcl.Range

	from *evaluator
}

// Region says how and where a file_block is marked in its file.
type Region struct {
	// Comment is what opens a comment, with what closes it after a space; "" is
	// what the file's name says.
	Comment string
	// Position is "start", "end", "before" or "after"; Line is what the last two
	// speak of.
	Position, Line string
	Range          hcl.Range
}

// Keys are what a file_keys object has to say, in order of the keys as written.
type Keys struct {
	Format      string // "json", "yaml", "toml" or "" for what the name says
	Set, Append []KeyValue
	Unset       []KeyValue // without values
}

// KeyValue is a dotted key as written, its value and its place.
type KeyValue struct {
	Key   string
	Value cty.Value
	Range hcl.Range
}

// Move says that the object From is called To now. Both may be whole blocks.
type Move struct {
	From, To string
	Range    hcl.Range

	asked string // by which blocks, when it stands in a component
}

// Removal says what becomes of an object that left the spec.
type Removal struct {
	From    string
	Destroy bool
	Range   hcl.Range

	asked string // by which blocks, when it stands in a component
}

// Import is consent to take over what stands at an object's path.
type Import struct {
	To    string
	Range hcl.Range
}

// Input is a named value or file an object was made from, with a short digest.
type Input struct{ Name, Digest string }

// Readme is the README as an ordered list of sections.
type Readme struct {
	// Address is "readme", or "readme.LANG" of a translation.
	Address string
	Path    safepath.Path
	// Lang is the language of what mlops writes; "" is English.
	Lang string
	// Markers is set when comments are to enclose every section.
	Markers  bool
	Sections []Section
	Inputs   []Input
	Range    hcl.Range
	// Preset is an order of sections; "" is that of the spec.
	Preset string
	// Translations are the README in other languages; those have none.
	Translations []*Readme
	// LangRange and PresetRange are the places of lang and preset.
	LangRange, PresetRange hcl.Range
}

// Readmes are the README and its translations, in order.
func (p *Project) Readmes() []*Readme {
	if p.Readme == nil {
		return nil
	}
	return append([]*Readme{p.Readme}, p.Readme.Translations...)
}

// Section is one README section: its kind's attributes as an object, null where
// left out.
type Section struct {
	Kind, Name string
	// Component is the address of the component that offers it; "" for the spec's own.
	Component string
	// Inherited says that a translation has it from the README.
	Inherited bool
	Ownership string // "spec", "shared" or "user"
	Fields    cty.Value
	Range     hcl.Range
	// FieldRanges give the place of each attribute that was written.
	FieldRanges map[string]hcl.Range

	asked string
}

// ComponentUse is one instance of a component.
type ComponentUse struct {
	// Address is the instance's, Pin the same without the keys of for_each: what the
	// lock pins a version to.
	Address, Pin string
	// Source and Constraint are what the block says.
	Source, Constraint string
	Files              *ComponentFiles
	Manifest           Manifest
	Range              hcl.Range
	// Hooked says what the hooks of a template did when they were run; "" when none were.
	Hooked string

	asked string // by which blocks, when the block stands in a component
}

// Git says how apply commits.
type Git struct {
	Author        *Person
	Commit        bool
	DefaultBranch string
	Backend       string // "mlops" or "git"
	message       *hcl.Attribute
}

// Output is a named value for people and scripts.
type Output struct {
	Name, Description string
	Value             cty.Value // unmarked
	Sensitive         bool
	Range             hcl.Range
}

// Variable describes a declared variable.
type Variable struct {
	Name, Description string
	Type              cty.Type
	Default           *cty.Value
	Sensitive         bool
	// Value is the value in force, unmarked; cty.NilVal when there is none.
	Value cty.Value
	Range hcl.Range
}

// Link is a reference from one node to another, by address.
type Link struct {
	From, To string
	Range    hcl.Range
}
