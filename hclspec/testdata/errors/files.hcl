project "x" {}

variable "token" {
  default   = "s3cret"
  sensitive = true
}

file "a.txt" {
  content = "x${var.token}" # ERROR: Sensitive value
}

file "b.txt" { # ERROR: Ambiguous content
  content = "b"
  source  = "c"
}

file "none.txt" {} # ERROR: Ambiguous content

file "c.txt" {
  source = "missing" # ERROR: Unreadable file
}

file "c2.txt" {
  source = "../outside" # ERROR: Unreadable file
}

file "c3.txt" {
  source = ".git/config" # ERROR: Unreadable file
}

file "d.txt" {
  content = ""
  vars    = { a = 1 } # ERROR: Unused vars
}

file "e.txt" {
  template = "templates/ok.tmpl"
  vars     = [1] # ERROR: Wrong type
}

file "../up" { # ERROR: Invalid path
  content = ""
}

file ".git/hooks/pre-commit" { # ERROR: Invalid path
  content = ""
}

file "aux.txt" { # ERROR: Invalid path
  content = ""
}

file "tab\there" { # ERROR: Invalid path
  content = ""
}

file "mlops.lock.json" { # ERROR: Reserved path
  content = ""
}

file "mlops.hcl" { # ERROR: Reserved path
  content = ""
}

file "ok" {
  content = ""
}

file "OK" { # ERROR: Colliding paths
  content = ""
}

file "again" {
  path    = "ok" # ERROR: Duplicate path
  content = ""
}

file "ok2/deep" { # ERROR: Colliding paths
  content = ""
}

file "ok2" {
  content = ""
}

file "pre" {
  content = ""
  lifecycle {
    precondition {
      condition     = 1 > 2 # ERROR: Precondition failed
      error_message = "Never."
    }
  }
}

directory "empty" {
  keep = false # ERROR: Unsupported value
}

output "token" {
  value = var.token # ERROR: Sensitive value
}

file "Folder/x" {
  content = ""
}

file "folder/y" { # ERROR: Colliding paths
  content = ""
}
