package hclspec

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"
)

// Card says that a file is made from a fact: the card of a model or of a dataset, or,
// of the project, its citation.
type Card struct {
	// Kind is "model", "dataset" or "project"; Name is the label of the fact.
	Kind, Name string
}

// card reads whose card the file is.
func (i *instance) card() *Card {
	val, ok := i.value("card")
	if !ok {
		return nil
	}
	at := i.file.BodyRange
	plain, _ := val.UnmarkDeep()
	kind := "nothing"
	switch {
	case plain.IsNull():
	case !plain.Type().IsObjectType():
		kind = plain.Type().FriendlyName()
	case isProject(plain.Type()):
		return &Card{Kind: "project"}
	case plain.Type().HasAttribute("fact") && plain.Type().HasAttribute("name"):
		kind = plain.GetAttr("fact").AsString()
	default:
		kind = "another object"
	}
	if kind == "model" || kind == "dataset" {
		return &Card{Kind: kind, Name: plain.GetAttr("name").AsString()}
	}
	i.diags = append(i.diags, errorAt(at, "Not a card", fmt.Sprintf(
		"A card is made of a model or a dataset, and the citation of the project, not of %s. Write card = model.NAME, card = dataset.NAME or card = project.", kind)))
	return nil
}

// isProject tells the project's facts from those of other kinds.
func isProject(ty cty.Type) bool {
	return !ty.HasAttribute("fact") && ty.HasAttribute("name") && ty.HasAttribute("package") && ty.HasAttribute("authors")
}
