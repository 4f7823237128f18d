locals {} # ERROR: Missing project block
