mlops {
  required_version = ">= 99.0" # ERROR: Unsupported version
}

new_block "from the future" {}
