package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func licenseKind() kind {
	return kind{
		name: "license", heading: "License",
		doc:     "The terms of use, with a link to the license file when it is managed.",
		example: "section \"license\" {\n  spdx = \"Apache-2.0\"\n}\n",
		attrs: []schema.Attr{
			{Name: "spdx", Type: cty.String, Default: "`project.license`", Doc: "SPDX expression, such as `MIT OR Apache-2.0`."},
			{Name: "holder", Type: cty.String, Default: "nobody is named", Doc: "Who holds the copyright, as plain text; a year may stand before the name."},
			{Name: "file", Type: cty.String, Default: "LICENSE, LICENSE.md, LICENSE.txt or COPYING, when it is managed", Doc: "Path of the license file, relative to the project root."},
		},
		render: renderLicense,
	}
}

var spdxExpression = lazy.Regexp(`^[A-Za-z0-9.+():/ -]+$`)

func renderLicense(r *request) []block {
	spdx := first(r.line("spdx"), r.fact("license", r.project.License))
	switch {
	case spdx == "":
		r.fail("", "The project states no license", "State project.license, or give spdx")
		return nil
	case !spdxExpression().MatchString(spdx):
		r.fail("spdx", "The license is not an SPDX expression", "Write an identifier such as Apache-2.0, and a link to other terms in a custom section")
	}
	name := escape(spdx)
	if file := first(r.line("file"), licenseFile(r)); file != "" {
		name = linkTo(name, r.href(file))
	}
	holder := r.line("holder")
	if holder != "" {
		holder = r.say("Copyright {1}.", escapeInline(holder, false))
	}
	return []block{paragraph(r.sentences(holder, r.say("Licensed under {1}.", name)))}
}

// licenseFile is the managed license file, or "".
func licenseFile(r *request) string {
	return r.firstFile("LICENSE", "LICENSE.md", "LICENSE.txt", "COPYING")
}
