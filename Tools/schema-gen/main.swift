print("schema-gen")
