package hclspec

import (
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// ManifestFile is the name of a component's manifest; its folder is the component.
const ManifestFile = "component.hcl"

// ComponentLanguage returns the table of component.hcl: the language of a spec
// less what only a project may say, and with the manifest. A `component` block with
// a source is a nested component there, the one without is the manifest.
func ComponentLanguage(sections []schema.Block) schema.Block {
	readme := readmeBlock(sections)
	readme.Attrs, readme.Blocks = nil, readme.Blocks[:1]
	readme.Doc = "The sections that the component offers to the project's README. They stand where the README says `section \"component\" \"NAME\" {}`, else at its end."
	readme.Example = "readme {\n  section \"usage\" {\n    body = \"Run `make train`.\"\n  }\n}\n"
	return schema.Block{
		Name: "component.hcl",
		Doc:  "A component is a folder with `component.hcl` and the files it copies and renders. Paths of `source` and `template` are relative to that folder, those of files to the project root.",
		Blocks: []schema.Block{
			manifestBlock(), variableBlock(), localsBlock(), outputBlock(),
			fileBlock(), fileBlockBlock(), fileKeysBlock(), directoryBlock(), readme, checkBlock(),
			movedBlock(), removedBlock(),
		},
	}
}

func manifestBlock() schema.Block {
	return schema.Block{
		Name: "component", Labels: []string{"name"},
		Doc:     "The manifest, once in every component.hcl: what the component is and what it needs. The label is its name. A `component` block with `source` is a nested component instead.",
		Example: "component \"python-package\" {\n  version     = \"1.0.0\"\n  description = \"A Python package with tests.\"\n  reads       = [\"project.package\", \"project.python\"]\n}\n",
		Attrs: []schema.Attr{
			{Name: "version", Type: cty.String, Required: true, Doc: "Version of the component, such as `1.0.0`."},
			{Name: "description", Type: cty.String, Doc: "One sentence on what it adds to a project."},
			{Name: "required_version", Type: cty.String, Doc: "Version constraint on the mlops binary."},
			{Name: "reads", Type: cty.List(cty.String), Default: "empty", Doc: "Facts that the component reads: `project`, `project.NAME`, or a kind of fact such as `dataset`. It sees no others. `project.pipeline` are the names of the stages as they run, `project.components` those of the components of the spec, `project.has_readme` whether it has a README; the last two are not part of `project`."},
			{Name: "requires", Type: cty.List(cty.String), Default: "empty", Doc: "What a project with this component must have: names of other components, or kinds of facts such as `service`."},
			{Name: "conflicts", Type: cty.List(cty.String), Default: "empty", Doc: "Names of components that a project with this one may not have."},
			{Name: "python", Type: cty.List(cty.String), Default: "any", Doc: "Python versions that it supports, quoted. Every version in the project's `python` must be among them."},
		},
	}
}

func componentBlock() schema.Block {
	return schema.Block{
		Name: "component", Labels: []string{"name"},
		Doc:     "Something the project is built from: a folder with `component.hcl`, whose objects become part of the project under addresses such as `component.ci.file[\"ci.yml\"]`. Its outputs are read as `component.NAME.OUTPUT`, with `for_each` as `component.NAME[\"KEY\"].OUTPUT`.",
		Example: "component \"package\" {\n  source = \"builtin/python-package\"\n  inputs = { cli = true }\n}\n",
		Attrs: []schema.Attr{
			{Name: "source", Type: cty.String, Required: true, Doc: "Where it comes from, a plain string: `builtin/NAME`, `./PATH` in the project, `git::URL//DIR?ref=REF`, or short `gh:OWNER/REPO//DIR?ref=REF` (`gl:` and `bb:` too). A Cookiecutter template may be `./FILE.zip//DIR` or `https://HOST/FILE.zip//DIR`."},
			{Name: "version", Type: cty.String, Doc: "Version constraint over the tags of a git source, a plain string such as `~> 1.2`."},
			{Name: "inputs", Type: cty.DynamicPseudoType, Default: "empty", Doc: "Object with values for the component's variables."},
			{Name: "enabled", Type: cty.Bool, Default: "true", Doc: "Whether the project has it; without it its objects go as if its block were removed."},
			{Name: "for_each", Type: cty.DynamicPseudoType, Doc: "Map or set of strings; one instance of the component per element, with `each.key` and `each.value`."},
			{Name: "ownership", Type: cty.String, OneOf: []string{"spec", "shared", "user"}, Default: "`\"shared\"`", Doc: "Who owns the files of a template of another tool, such as Cookiecutter. A component says so itself."},
			{Name: "remove", Type: cty.List(cty.String), Default: "empty", Doc: "Paths and globs of files that a template of another tool generates and the project does not want."},
			{Name: "move", Type: cty.Map(cty.String), Default: "empty", Doc: "Paths of files or folders that a template of another tool generates, and where the project has them."},
		},
	}
}

// placeSection is the section kind that says where those of a component stand.
func placeSection() schema.Block {
	return schema.Block{
		Name: "component",
		Doc:  "The sections that a component offers, at this place; the second label is the name of its block. Those that no such section names stand at the end.",
	}
}
