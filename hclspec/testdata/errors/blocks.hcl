project "x" {
  titel = "a" # ERROR: Unsupported argument
}

fil "x" {} # ERROR: Unsupported block type

project "y" {} # ERROR: Duplicate declaration

locals {
  a = 1
  a2 = 2
}

locals {
  a = 3 # ERROR: Duplicate declaration
}

output "o" {} # ERROR: Missing required argument

check "none" {} # ERROR: Empty check

readme {
  section "titel" {} # ERROR: Unknown section kind
  section "title" {
    foo = 1 # ERROR: Unsupported argument
  }
  section "title" {}
  section "title" {} # ERROR: Duplicate section
}
