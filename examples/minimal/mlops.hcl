# The smallest project that is still one: settings, a program that reads them,
# and a README that says how to run it.

project "digits" {
  title   = "Handwritten digits"
  summary = "Reads the digit in an 8 x 8 picture."
}

file "params.yaml" { content = yamlencode({ seed = 42, test_size = 0.2, max_iter = 200 }) }
file ".gitignore" { content = "__pycache__/\n.venv/\n" }
file "train.py" { source = "files/train.py" }

readme {
  section "title" {}
  section "usage" { commands = ["pip install pyyaml scikit-learn", "python train.py"] }
}

git { author = { name = "Ada Byron", email = "ada@example.com" } }
