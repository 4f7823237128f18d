// Package schema holds the vocabulary in which the language of mlops.hcl is
// written down: blocks, their labels and their typed attributes, as plain data.
//
// One table of these values feeds decoding, the generated reference and shell
// completion. Package hclspec owns the table of the core blocks; package readme
// owns the table of the section kinds. The package decodes nothing and knows no
// block by name.
package schema

import "github.com/zclconf/go-cty/cty"

// Mode says when and how an attribute's expression is read.
type Mode byte

const (
	// Value attributes are evaluated and converted to Attr.Type.
	Value Mode = iota
	// TypeExpr attributes hold a type constraint, such as list(string).
	TypeExpr
	// Deferred attributes are kept as expressions and evaluated by a later stage.
	Deferred
	// Address attributes name an object, such as file["a.txt"], and are no
	// reference to its value.
	Address
)

// Attr describes one attribute. Type cty.DynamicPseudoType accepts any value.
type Attr struct {
	Name     string
	Type     cty.Type
	Required bool
	Mode     Mode
	// OneOf lists the allowed strings, where only some are.
	OneOf []string
	// Default says in words what holds when the attribute is left out.
	Default string
	// Doc is one sentence.
	Doc string
}

// Block describes one block type, or one kind of README section.
type Block struct {
	Name string
	// Labels names the labels in order; a name ending in "?" may be left out.
	Labels []string
	// Single is true when at most one such block may stand in its parent.
	Single bool
	// FreeAttrs is true when attribute names are the user's (locals).
	FreeAttrs bool
	// Doc is one or two sentences, Example a piece of HCL that is valid as it stands.
	Doc     string
	Example string
	Attrs   []Attr
	Blocks  []Block
	// Reads are the kinds of facts that a README section is derived from.
	Reads []string
}

// Attr finds an attribute by name.
func (b *Block) Attr(name string) (*Attr, bool) {
	for i := range b.Attrs {
		if b.Attrs[i].Name == name {
			return &b.Attrs[i], true
		}
	}
	return nil, false
}

// Block finds a nested block type by name.
func (b *Block) Block(name string) (*Block, bool) {
	for i := range b.Blocks {
		if b.Blocks[i].Name == name {
			return &b.Blocks[i], true
		}
	}
	return nil, false
}
