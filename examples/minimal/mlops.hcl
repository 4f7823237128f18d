# The smallest project that is still one: settings, a program that reads them, and a README.
project "digits" { title = "Handwritten digits" }
file "params.yaml" { content = yamlencode({ seed = 42, test_size = 0.2, max_iter = 200 }) }
file ".gitignore" { content = "__pycache__/\n.venv/\n" }
file "train.py" { source = "files/train.py" }
readme {
  section "title" {}
  section "usage" { commands = ["pip install pyyaml scikit-learn", "python train.py"] }
}
git { author = { name = "Ada Byron", email = "ada@example.com" } }
