package catalog_test

// propagation says, for each fact, how the test changes it, what must be gone
// then, and what must have changed: all of it and nothing else.
var propagation = []struct {
	fact, old, now string
	gone           []string
	consumers      string // addresses
}{
	{
		fact: "project.name", old: "churn-model", now: "leavers", gone: []string{"churn-model"},
		consumers: `
			component.package.file.cli["cli"]
			component.package.file.init
			component.package.file.test_cli["cli"]
			component.package.file.test_package
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "project.title", old: "Customer churn", now: "Lost customers", gone: []string{"Customer churn"},
		consumers: `
			component.hygiene.file.security["security"]
			component.package.file.init
			readme
		`,
	},
	{
		fact: "project.summary", old: "Who leaves in the next month.", now: "Who stays.", gone: []string{"Who leaves in the next month."},
		consumers: `
			component.package.file.cli["cli"]
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "project.package", old: "churnpkg", now: "leavers", gone: []string{"churnpkg"},
		consumers: `
			component.package.file.cli["cli"]
			component.package.file.init
			component.package.file.main["cli"]
			component.package.file.test_cli["cli"]
			component.package.file.test_package
			component.package.file.typed
			component.package.file_keys.project
			component.quality.file_keys.tools
			readme
		`,
	},
	{
		fact: "project.license", old: "Apache-2.0", now: "MIT", gone: []string{"Apache-2.0"},
		consumers: `
			component.hygiene.file.license["license"]
			component.package.file_keys.project
			readme
		`,
	},
	{
		fact: "project.python", old: "\"3.11\", \"3.12\"", now: "\"3.12\", \"3.13\"", gone: []string{"3.11", "py311"},
		consumers: `
			component.ci.file[".github/workflows/ci.yml"]
			component.package.file[".python-version"]
			component.package.file_keys.project
			component.quality.file_keys.tools
			readme
		`,
	},
	{
		fact: "project.authors", old: "Ada Byron", now: "Mary Shelley", gone: []string{"Ada Byron"},
		consumers: `
			component.package.file_keys.project
		`,
	},
	{
		fact: "project.repository", old: "git.example.com/ada", now: "code.example.com/mary", gone: []string{"git.example.com/ada"},
		consumers: `
			component.package.file_keys.project
		`,
	},
}
