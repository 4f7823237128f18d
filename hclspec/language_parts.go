package hclspec

import (
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// The blocks by which a spec owns less than a file, or changes what it owns.

func fileBlockBlock() schema.Block {
	return schema.Block{
		Name: "file_block", Labels: []string{"name"},
		Doc:     "A marked region in a file that is otherwise the user's. Two comment lines with the object's address enclose it; every byte outside stays as it is. Several objects may have regions in one file.",
		Example: "file_block \"gitignore\" {\n  path    = \".gitignore\"\n  content = \"mlruns/\\n\"\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Required: true, Doc: "Path relative to the project root, with slashes."},
			{Name: "content", Type: cty.String, Required: true, Doc: "The text between the markers."},
			{Name: "comment", Type: cty.String, Default: "by the file's name", Doc: "What makes a line a comment, such as `#`; with an end after a space, such as `<!-- -->`."},
			{Name: "position", Type: cty.String, OneOf: []string{"start", "end"}, Default: "`\"end\"`", Doc: "Where a new region goes. One that is there stays where it is."},
			{Name: "before", Type: cty.String, Doc: "Put a new region before the one line that reads like this."},
			{Name: "after", Type: cty.String, Doc: "Put a new region after the one line that reads like this."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one region per element, with `each.key` and `each.value`."},
		},
		Blocks: []schema.Block{lifecycleBlock()},
	}
}

func fileKeysBlock() schema.Block {
	return schema.Block{
		Name: "file_keys", Labels: []string{"name"},
		Doc:     "Some keys of a JSON, YAML or TOML file that is otherwise the user's. Comments, order, quoting and layout of everything else survive byte for byte. Another value found at a key of `set` is replaced.",
		Example: "file_keys \"pyproject\" {\n  path   = \"pyproject.toml\"\n  set    = { \"tool.ruff.line-length\" = 100 }\n  append = { \"project.dependencies\" = [\"numpy>=2\"] }\n}\n",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Required: true, Doc: "Path relative to the project root, with slashes."},
			{Name: "format", Type: cty.String, OneOf: []string{"json", "yaml", "toml"}, Default: "by the file's name", Doc: "How the file is written."},
			{Name: "set", Type: cty.DynamicPseudoType, Doc: "Object of dotted keys and the values they have; a segment with a dot in it is quoted."},
			{Name: "append", Type: cty.DynamicPseudoType, Doc: "Object of dotted keys and the elements their lists contain. In a list of Python dependencies an element replaces the one of the same package."},
			{Name: "unset", Type: cty.List(cty.String), Doc: "Dotted keys that are not there."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one object per element, with `each.key` and `each.value`."},
		},
		Blocks: []schema.Block{guardsBlock()},
	}
}

func movedBlock() schema.Block {
	return schema.Block{
		Name:    "moved",
		Doc:     "An object has another address, and maybe another path, than before. Its file is renamed, with the edits that ownership keeps, instead of destroyed and created.",
		Example: "file \"src/churn/train.py\" {\n  content = \"print(1)\\n\"\n}\n\nmoved {\n  from = file[\"src/train.py\"]\n  to   = file[\"src/churn/train.py\"]\n}\n",
		Attrs: []schema.Attr{
			{Name: "from", Type: cty.DynamicPseudoType, Mode: schema.Address, Required: true, Doc: "The address it had: of one object, or of a block with all its elements."},
			{Name: "to", Type: cty.DynamicPseudoType, Mode: schema.Address, Required: true, Doc: "The address it has now."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one move per element, with `each.key` and `each.value` as indexes of the addresses."},
		},
	}
}

func removedBlock() schema.Block {
	return schema.Block{
		Name:    "removed",
		Doc:     "An object that left the spec, and what becomes of its file.",
		Example: "removed {\n  from = file[\"setup.cfg\"]\n  lifecycle {\n    destroy = false\n  }\n}\n",
		Attrs: []schema.Attr{
			{Name: "from", Type: cty.DynamicPseudoType, Mode: schema.Address, Required: true, Doc: "The address it had."},
		},
		Blocks: []schema.Block{{
			Name: "lifecycle", Single: true, Doc: "What becomes of it.",
			Attrs: []schema.Attr{
				{Name: "destroy", Type: cty.Bool, Default: "true", Doc: "`false` forgets the object and leaves the file; `true` deletes it, also when it was edited."},
			},
		}},
	}
}

func importBlock() schema.Block {
	return schema.Block{
		Name:    "import",
		Doc:     "Consent to take over what stands at an object's path already: a `spec` file is replaced, a `shared` one keeps its text. Without it such a file is a conflict.",
		Example: "file \"Makefile\" {\n  content   = \"test:\\n\\tpytest\\n\"\n  ownership = \"shared\"\n}\n\nimport {\n  to = file[\"Makefile\"]\n}\n",
		Attrs: []schema.Attr{
			{Name: "to", Type: cty.DynamicPseudoType, Mode: schema.Address, Required: true, Doc: "The address of the object."},
		},
	}
}

// guardsBlock is lifecycle for an object without content of its own.
func guardsBlock() schema.Block {
	b := lifecycleBlock()
	b.Blocks = b.Blocks[:1] // precondition
	return b
}
